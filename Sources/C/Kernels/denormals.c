#include "kernels.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

// MXCSR: flush to zero (bit 15), denormals are zero (bit 6).
static const uint64_t flushing = 0x8040;
static uint64_t read_mode(void) { return _mm_getcsr(); }
static void write_mode(uint64_t mode) { _mm_setcsr((unsigned)mode); }
#elif defined(__aarch64__)
// FPCR: FZ (bit 24), for operands and results.
static const uint64_t flushing = 1 << 24;
static uint64_t read_mode(void) {
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}
static void write_mode(uint64_t mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
#else
#error "how does this processor flush denormals?"
#endif

uint64_t antiphon_flush_denormals(void) {
  const uint64_t mode = read_mode();
  if ((mode & flushing) != flushing) write_mode(mode | flushing);
  return mode;
}

void antiphon_restore_denormals(uint64_t mode) {
  if ((mode & flushing) != flushing) write_mode(mode);
}
