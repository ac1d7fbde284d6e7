// Antiphon's own C: SIMD loops only. Each is compiled for several instruction sets, and the best one that the
// processor has is chosen when the program is loaded (`target_clones`). The arrays that a function is given do not
// overlap. Images are NHWC: channels are innermost, and are the vector of each loop.
#ifndef ANTIPHON_KERNELS_H
#define ANTIPHON_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// One step of Adam in TensorFlow's form ("epsilon hat": Kingma and Ba, section 2, last paragraph), in one pass over
// `count` values: m += (g - m)(1 - beta1); v += (g² - v)(1 - beta2); weight -= rate · m / (√v + epsilon).
// `rate` already holds √(1 - beta2^t) / (1 - beta1^t).
void antiphon_adam(
    float *weights, float *first_moments, float *second_moments, const float *gradients, size_t count,
    float rate, float beta1, float beta2, float epsilon);

// The CRC-32C (Castagnoli) of `count` bytes, going on from `checksum` (0 at the start).
uint32_t antiphon_crc32c(uint32_t checksum, const void *bytes, size_t count);

// x += y.
void antiphon_add(float *x, const float *y, size_t count);
// x = max(x, 0).
void antiphon_rectify(float *x, size_t count);
// gradient = 0 where output is not positive: the backward pass of `antiphon_rectify`.
void antiphon_rectify_backward(float *gradient, const float *output, size_t count);

// Each row of x [rows, channels] += row.
void antiphon_add_row(float *x, const float *row, size_t rows, size_t channels);
// sums[channels] += the rows of x.
void antiphon_sum_rows(float *sums, const float *x, size_t rows, size_t channels);
// squares[channels] += (x - mean)² over the rows.
void antiphon_sum_squared_deviations(
    float *squares, const float *x, const float *mean, size_t rows, size_t channels);
// y = x · factor + offset, by channel.
void antiphon_scale_and_shift(
    float *y, const float *x, const float *factor, const float *offset, size_t rows, size_t channels);
// sums += dy, products += dy · (x - mean) · inverse_deviation, over the rows.
void antiphon_batch_norm_sums(
    float *sums, float *products, const float *dy, const float *x, const float *mean, const float *inverse_deviation,
    size_t rows, size_t channels);
// dx = factor · (dy - a - (x - mean) · b), by channel.
void antiphon_batch_norm_backward(
    float *dx, const float *dy, const float *x, const float *mean, const float *factor, const float *a, const float *b,
    size_t rows, size_t channels);

// A window that moves over an image: kernel, stride and padding in front, of rows and of columns.
typedef struct {
  int32_t height, width, channels;
  int32_t output_height, output_width;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t padding_top, padding_left;
} antiphon_window;

// columns [output_height · output_width, kernel_height · kernel_width · channels]: what the window sees at each place;
// zeros beyond the border.
void antiphon_unfold(float *columns, const float *image, antiphon_window window);
// image += the columns, each value where it was taken from: the transpose of `antiphon_unfold`.
void antiphon_fold(float *image, const float *columns, antiphon_window window);
// The largest value under the window, by channel, and its place in the image (row · width + column).
void antiphon_max_pool(float *output, int32_t *places, const float *image, antiphon_window window);
// gradient += each output's gradient, where the largest value was.
void antiphon_max_pool_backward(
    float *gradient, const float *output_gradient, const int32_t *places, antiphon_window window);

// From here on this thread takes denormal numbers, which are slow to compute with, for zero, and makes none.
// Returns the mode that was, for `antiphon_restore_denormals`.
uint64_t antiphon_flush_denormals(void);
void antiphon_restore_denormals(uint64_t mode);

// Tells the processor that this thread waits in a loop, so that it takes little from the other one of its core.
static inline void antiphon_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// How many processors this thread may run on (`sched_getaffinity`); 0 where the system does not tell.
int antiphon_allowed_processors(void);

#endif
