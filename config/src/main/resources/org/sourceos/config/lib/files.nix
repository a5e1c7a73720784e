# Files of other formats.
let
  inherit (builtins) fromJSON fromTOML readFile;
in
{
  /**
    What a file holds, read as JSON.

    # Type

    ```
    importJSON :: Path -> Any
    ```

    # Example

    ```nix
    lib.importJSON ./settings.json
    # => { port = 80; }
    ```
  */
  importJSON = path: fromJSON (readFile path);

  /**
    What a file holds, read as TOML.

    # Type

    ```
    importTOML :: Path -> AttrSet
    ```

    # Example

    ```nix
    lib.importTOML ./settings.toml
    # => { port = 80; }
    ```
  */
  importTOML = path: fromTOML (readFile path);
}
