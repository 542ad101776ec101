/* What the fuzzers share. Each fuzz_*.c is a libFuzzer entry. To fuzz for ten minutes:
 *
 *   CC=clang meson setup build-fuzz -Db_sanitize=address,undefined -Db_lundef=false \
 *       -Dc_args=-fsanitize=fuzzer-no-link -Dtests=false -Dbench=false
 *   ninja -C build-fuzz
 *   clang -fsanitize=fuzzer,address,undefined -fopenmp -Iinclude -Isrc tests/fuzz/fuzz_model.c \
 *       build-fuzz/src/libser_objects.a -ldnnl -lsndfile -lsoxr -ljansson -lspeexdsp -lebur128 \
 *       -lxxhash -lm -o fuzz_model
 *   mkdir -p found && ./fuzz_model found tests/fuzz/seeds -dict=tests/fuzz/words.dict \
 *       -max_total_time=600
 *
 * With replay.c instead of libFuzzer, and any compiler, the same entry becomes a test; see there.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
