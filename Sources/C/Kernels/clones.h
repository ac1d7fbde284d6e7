// How a kernel asks to be compiled for each generation of x86-64 processors; elsewhere the compiler's default is right.
#ifndef ANTIPHON_CLONES_H
#define ANTIPHON_CLONES_H

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

#endif
