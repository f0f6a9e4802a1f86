"""``python -m phyware``."""

import sys

from phyware.launcher import main

if __name__ == '__main__':
    sys.exit(main())
