/* Marks a loop to be compiled for several processors, the right one being chosen when the library
 * is loaded. Without contraction (see meson.build) all give the same bits. */
#ifndef NN_VECTOR_H
#define NN_VECTOR_H

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) &&                        \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTORISED
#endif

#endif
