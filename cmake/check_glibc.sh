#!/usr/bin/env bash
# check_glibc.sh [--quiet] VERSION LIBRARY...: fails if a library needs a newer glibc, a libstdc++, a search path,
# or carries a build directory. Prints one line for each otherwise.
set -euo pipefail
quiet=false
if [ "$1" = --quiet ]; then quiet=true && shift; fi
limit=$1 bad=0
shift
for library in "$@"; do
  name=$(basename "$library")
  newest=$(objdump -T "$library" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
  newest=${newest#GLIBC_}
  if [ "$(printf '%s\n' "$newest" "$limit" | sort -V | tail -n 1)" != "$limit" ]; then
    echo "$name needs glibc $newest, more than $limit:" $(objdump -T "$library" | grep "GLIBC_$newest" | awk '{print $NF}') >&2
    bad=1
  fi
  needed=$(readelf -Wd "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  if grep -q 'libstdc++' <<< "$needed"; then echo "$name needs libstdc++" >&2 && bad=1; fi
  if readelf -Wd "$library" | grep -qE '\((RUNPATH|RPATH)\)'; then echo "$name has a search path" >&2 && bad=1; fi
  if strings -a "$library" | grep -qE '(^|[^.])/(home|root|work|build|tmp|src)/|'"$PWD/"; then
    echo "$name carries a build path: $(strings -a "$library" | grep -m 1 -E '/(home|root|work|build|tmp|src)/|'"$PWD/")" >&2
    bad=1
  fi
  $quiet || echo "$name: glibc $newest, needs" $needed
done
exit $bad
