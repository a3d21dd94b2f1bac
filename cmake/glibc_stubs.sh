#!/usr/bin/env bash
# glibc_stubs.sh COMPILER VERSION DIRECTORY: makes stub libraries of an older glibc to link against.
#
# For every function of this node's glibc the newest version no newer than VERSION goes into the stub of the library that
# had it then: glibc 2.34 moved libpthread, libdl and librt into libc, but keeps their old versions for old programs.
set -euo pipefail
compiler=$1 version=$2 out=$3
mkdir -p "$out"

# name<TAB>version<TAB>type of what a library of this node offers, no newer than the baseline
symbols() {
  readelf -W --dyn-syms "$("$compiler" -print-file-name="$1")" | awk -v limit="$version" '
    function number(v,  p, n) { n = split(v, p, "."); return p[1] * 1e6 + (n > 1 ? p[2] : 0) * 1e3 + (n > 2 ? p[3] : 0) }
    $7 != "UND" && $8 ~ /@GLIBC_[0-9]/ {
      split($8, part, /@+/); v = part[2]; sub("GLIBC_", "", v)
      if (number(v) > number(limit)) next
      if (!(part[1] in best) || number(v) > number(best[part[1]])) { best[part[1]] = v; type[part[1]] = $4; size[part[1]] = $3 }
    }
    END { for (s in best) print s "\tGLIBC_" best[s] "\t" type[s] "\t" size[s] }' | LC_ALL=C sort
}

stub() {  # soname, symbol lines on standard input
  local source="$out/$1.s" map="$out/$1.map"
  awk -F'\t' -v source="$source" -v map="$map" '
    BEGIN { print ".section .note.GNU-stack,\"\",@progbits" > source; print ".text" > source }
    { kind = $3 == "OBJECT" ? "object" : "function"
      printf ".globl %s\n.type %s,@%s\n.size %s,%d\n%s: .skip 8\n", $1, $1, kind, $1, kind == "object" ? $4 : 8, $1 > source
      names[$2] = names[$2] " " $1 ";" }
    END { for (v in names) printf "%s {%s };\n", v, names[v] > map; printf "" > map }'
  "$compiler" -shared -nostdlib -x assembler "$source" -Wl,-soname,"$1" -Wl,--version-script="$map" -o "$out/$1"
}

symbols libm.so.6 | stub libm.so.6
symbols ld-linux-x86-64.so.2 | stub ld-linux-x86-64.so.2
symbols libc.so.6 > "$out/libc.list"
for name in libpthread.so.0 libdl.so.2 librt.so.1; do symbols $name; done | LC_ALL=C sort -u > "$out/moved.list"
# A pattern for each library of old; what else it had nobody here uses.
pthread='^(pthread_|sem_|__pthread_|raise\t)' dl='^(dlopen|dlclose|dlsym|dlvsym|dlerror|dladdr|dladdr1|dlinfo|dlmopen)\t'
rt='^(shm_|mq_|timer_|aio_|lio_)'
{ cat "$out/libc.list"; cat "$out/moved.list"; } | sort -u -t$'\t' -k1,1 > "$out/all.list"
# These stayed in libc from the start.
in_libc='^pthread_(attr_(destroy|init|[gs]et(detachstate|inheritsched|schedparam|schedpolicy|scope))|cond_(broadcast|destroy|init|signal|timedwait|wait)|condattr_(destroy|init)|equal|exit|[gs]etschedparam|mutex_(destroy|init|lock|unlock)|self|setcancelstate|setcanceltype)\t'
grep -P "$pthread" "$out/all.list" | grep -vP "$in_libc" | stub libpthread.so.0
grep -P "$dl" "$out/all.list" | stub libdl.so.2
grep -P "$rt" "$out/all.list" | stub librt.so.1
{ grep -vP "$pthread|$dl|$rt" "$out/all.list"; grep -P "$in_libc" "$out/all.list"; } | sort -u | stub libc.so.6
