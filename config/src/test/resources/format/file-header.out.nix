#!/usr/bin/env nix-shell
#! nix-shell -i bash

{ pkgs ? import <nixpkgs> { } }:

pkgs.mkShell { buildInputs = [ pkgs.hello ]; }
