#include <fftw3.h>
// An array of unknown length, which Swift does not see.
static inline const char *antiphon_fftw_version(void) { return fftw_version; }
