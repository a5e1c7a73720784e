/** The resident service: commands of many callers in one warm process. docs/service.md has the protocol. */
@NullMarked
package org.sourceos.cli.service;

import org.jspecify.annotations.NullMarked;
