#!/bin/sh
# Makes the debug files of shop.cpp, and what llvm-symbolizer says about every 7th address of their code (shop.json).
set -e
cd "$(dirname "$0")"
out=$(mktemp -d)
flags="-O2 -std=c++17 -ffile-prefix-map=$PWD=/src -nostdlib -static -fno-asynchronous-unwind-tables -fno-stack-protector"
make() { # name compiler flags…
  name=$1
  shift
  "$@" $flags -o "$out/$name" shop.cpp
  objcopy --only-keep-debug "$out/$name" "$name.debug"
}
make gcc5 g++ -gdwarf-5
make gcc4 g++ -gdwarf-4
make gcc2 g++ -gdwarf-2
make gcc5z g++ -gdwarf-5 -gz=zlib
make clang5 clang++ -gdwarf-5 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize
make clang4 clang++ -gdwarf-4 -fno-unroll-loops -fno-vectorize -fno-slp-vectorize
(cd "$out" && clang++ -gdwarf-5 -gsplit-dwarf $flags -ffile-prefix-map="$OLDPWD=/src" -c -o split.o "$OLDPWD/shop.cpp" && clang++ -nostdlib -static -o split split.o)
objcopy --only-keep-debug "$out/split" split.debug
cp "$out/split.dwo" split.dwo
echo '{' > shop.json
separator=''
for name in gcc5 gcc4 gcc2 gcc5z clang5 clang4 split; do
  set -- $(readelf -SW "$out/$name" | sed -n 's/^ *\[ *[0-9]*\] \.text *PROGBITS *\([0-9a-f]*\) [0-9a-f]* \([0-9a-f]*\).*/\1 \2/p')
  printf '%s"%s": [\n' "$separator" "$name" >> shop.json
  (cd "$out" && seq $((0x$1)) 7 $((0x$1 + 0x$2 - 1)) | xargs printf '0x%x\n' | llvm-symbolizer --no-demangle --inlines --output-style=JSON --obj="$out/$name") | sed 's/"ModuleName":"[^"]*",//; s/"Discriminator":[0-9]*,//g; s/,"Start[A-Za-z]*":[^,}]*//g; $!s/$/,/' >> shop.json
  printf ']' >> shop.json
  separator=',
'
done
printf '\n}\n' >> shop.json
# a kernel: linked where kernels are, with the build id that vmlinux.test.ts gives to the one that runs
g++ -gdwarf-5 $flags -no-pie -fno-pic -mcmodel=kernel -Wl,-Ttext=0xffffffff81000000 -Wl,--build-id=0x6175746f74756e65000000000000000000000001 -o "$out/vmlinux" shop.cpp
objcopy --only-keep-debug "$out/vmlinux" vmlinux.debug
rm -r "$out"
