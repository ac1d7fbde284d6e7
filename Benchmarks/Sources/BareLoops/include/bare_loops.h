#pragma once
#include <stddef.h>

/// Adam over whole arrays, in one loop: what memory allows.
void bare_adam(float *restrict weights, float *restrict first_moments, float *restrict second_moments,
    const float *restrict gradients, size_t count, float rate);

/// VGGish's log-mel values, `[frames, 64]`, by FFTW in single precision, in the plainest loop that is fast.
/// `samples` are at 16 kHz, (frames - 1) · 160 + 400 of them. Returns 0 where memory is short.
int bare_log_mel(float *restrict result, const float *restrict samples, size_t frames);
