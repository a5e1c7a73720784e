import (toString ./data/lib.nix) == import ./data/lib.nix || true
