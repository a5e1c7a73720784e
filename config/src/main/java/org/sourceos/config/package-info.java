@NullMarked
package org.sourceos.config;

import org.jspecify.annotations.NullMarked;
