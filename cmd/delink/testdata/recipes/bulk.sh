#!/bin/sh
# Takes the links out of all git repositories below the current folder, those
# within others too, and out of nothing else. It may be stopped at any time and
# run again: what is done is passed over.
find . -name node_modules -prune -o -name vendor -prune -o -name .git -prune \
	-exec sh -c 'for git; do printf "%s\0" "${git%/.git}"; done' sh {} + |
	delink -w --exit-zero --files-from -
