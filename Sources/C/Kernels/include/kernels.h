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

// Values in 16 bits, little-endian, in bytes that may begin anywhere.
typedef uint16_t antiphon_half __attribute__((aligned(1), may_alias));
// Rounded to the nearest, of two equally near to the even one. What is finite stays so: beyond the largest finite number
// is that number. Infinity stays infinity, and what is not a number stays so.
void antiphon_to_bfloat16(void *bytes, const float *values, size_t count);
void antiphon_from_bfloat16(float *values, const void *bytes, size_t count);
void antiphon_to_float16(void *bytes, const float *values, size_t count);
void antiphon_from_float16(float *values, const void *bytes, size_t count);

// The number of values that share two means.
#define ANTIPHON_SIGN_BLOCK 512
// One bit a value, with error feedback (Seide et al., Interspeech 2014). What is sent is left + values: `signs` has a bit
// for each, the lowest first, set where it is not below zero; `means` two floats for each block, that of the values below
// zero and that of the others, in bytes that may begin anywhere. `left` becomes what was not sent.
void antiphon_to_signs(void *means, uint8_t *signs, float *left, const float *values, size_t count);
void antiphon_from_signs(float *values, const void *means, const uint8_t *signs, size_t count);

// The `kept` (1 to `count`) largest of left + values by magnitude, the first ones of equals; `count` is below 2^32.
// `places` receives their positions (rising, four bytes each), `kept_values` the floats; `left` becomes what was not kept.
void antiphon_largest(
    void *places, void *kept_values, float *left, const float *values, size_t count, size_t kept);
// Puts values in their places. Returns 0 where a place is not after the one before or not below `count`, or a value is
// not finite; some may have been put by then.
int antiphon_scatter(float *values, size_t count, const void *places, const void *kept_values, size_t kept);

// The CRC-32C (Castagnoli) of `count` bytes, going on from `checksum` (0 at the start).
uint32_t antiphon_crc32c(uint32_t checksum, const void *bytes, size_t count);

// x += y.
void antiphon_add(float *x, const float *y, size_t count);
// Each row of x [rows, channels] += row.
void antiphon_add_row(float *x, const float *row, size_t rows, size_t channels);
// sums[channels] += the rows of x.
void antiphon_sum_rows(float *sums, const float *x, size_t rows, size_t channels);

// The sum of max(z, 0) - z · t + ln(1 + e^-|z|), and its gradient times `scale`: (1 / (1 + e^-z) - t) · scale.
double antiphon_logistic_loss(
    float *gradient, const float *logits, const float *targets, size_t count, float scale);
// y = 1 / (1 + e^-z).
void antiphon_logistic(float *y, const float *logits, size_t count);
// Of the focal loss: the power of what is missing from certainty, and factors of positives and negatives.
typedef struct {
  float gamma, positive, negative;
} antiphon_focus;
// The sum of -positive · t · (1 - p)^gamma ln p - negative · (1 - t) · p^gamma ln(1 - p), with p = 1 / (1 + e^-z), and its
// gradient times `scale`.
double antiphon_focal_loss(
    float *gradient, const float *logits, const float *targets, size_t count, antiphon_focus focus, float scale);

// How the vectors of a clip are brought together, by channel.
typedef enum { ANTIPHON_MEAN, ANTIPHON_LARGEST, ANTIPHON_ATTENTION } antiphon_pooling;
// output [channels] of values [length, channels], which become 1 / (1 + e^-value) before that where `are_probabilities`.
// Attention is the mean by the weights 1 / (1 + e^-gate), which `gates` [length, channels] become; NULL where there are
// none. `kept` [channels] are the sums of the weights, or the places of the largest.
void antiphon_pool_clip(
    float *output, float *kept, float *values, float *gates, size_t length, size_t channels, antiphon_pooling pooling,
    int are_probabilities);
// gradient [rows, channels] of the values as they came, from `slopes` [channels], the output's; `gates` become their own
// gradient. Both are zero from `length` on.
void antiphon_pool_clip_backward(
    float *gradient, float *gates, const float *values, const float *slopes, const float *output, const float *kept,
    size_t length, size_t rows, size_t channels, antiphon_pooling pooling, int are_probabilities);

// Each value of the pixels from `first` on (x is given from its beginning) becomes 0, or `scale` times as large: which,
// follows from its position among all and the seed. `dropped` of 2^32 become 0.
void antiphon_drop_out(
    float *x, size_t pitch, uint64_t seed, uint32_t dropped, float scale, size_t first, size_t pixels, size_t channels);

// A window that moves over an image: kernel, stride and padding in front, of rows and of columns.
typedef struct {
  int32_t height, width, channels;
  int32_t output_height, output_width;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t padding_top, padding_left;
} antiphon_window;

// Values by pixel and channel that may be computed as they are read, with coefficients by channel:
// max(values · scale + other · other_scale + shift, floor). Pixels are `pitch` floats apart.
typedef struct {
  const float *values;
  size_t pitch;
  const float *scale;  // NULL: the values as they are
  const float *shift;
  const float *floor;
  const float *other;  // NULL: none
  size_t other_pitch;
  const float *other_scale;
} antiphon_source;

// y [pixels, channels] = what a source says of the pixels from `first` on.
void antiphon_read(
    float *y, size_t pitch, antiphon_source source, size_t first, size_t pixels, size_t channels);
// The same of the pixels that a window of 1 x 1 sees, from place `first` on (counted through all images).
void antiphon_read_places(
    float *y, size_t pitch, antiphon_source source, antiphon_window window, size_t first, size_t places);
// sums = Σ x, squares = Σ x², over pixels `pitch` floats apart.
void antiphon_moments(double *sums, double *squares, const float *x, size_t pitch, size_t pixels, size_t channels);
// The backward pass of what a source does to its values. The gradient becomes 0 where the source is at its floor;
// sums = Σ gradient and products = Σ gradient · partner, over the pixels from `first` on (all three are given from their
// beginning).
void antiphon_gate(
    float *gradient, size_t pitch, antiphon_source source, const float *partner, size_t partner_pitch, double *sums,
    double *products, size_t first, size_t pixels, size_t channels);

// columns [places, kernel_height · kernel_width · channels]: what the window sees of one image at `places` places from
// `first` on; zeros beyond the border.
void antiphon_unfold(
    float *columns, const float *image, size_t pitch, antiphon_window window, size_t first, size_t places);
// image += the columns of all places, each value where it was taken from: the transpose of `antiphon_unfold`.
void antiphon_fold(float *image, size_t pitch, const float *columns, antiphon_window window);

// The largest value under the window, by channel, and its place in the window (row · kernel_width + column).
void antiphon_max_pool(
    float *output, size_t pitch, uint8_t *places, antiphon_source source, antiphon_window window, size_t image);
// gradient += each output's gradient, where the largest value was.
void antiphon_max_pool_backward(
    float *gradient, size_t pitch, antiphon_source output_gradient, const uint8_t *places, antiphon_window window,
    size_t image);
// The mean of what is under the window, by channel; what is beyond the border is not counted.
void antiphon_average_pool(
    float *output, size_t pitch, antiphon_source source, antiphon_window window, size_t image);
// gradient += each output's gradient, divided among what it was the mean of.
void antiphon_average_pool_backward(
    float *gradient, size_t pitch, antiphon_source output_gradient, antiphon_window window, size_t image);

// The outputs that a tile of Winograd's convolution computes, and its kernel; see winograd.c for those that there are.
typedef struct {
  int32_t output_height, kernel_height;
  int32_t output_width, kernel_width;
} antiphon_tile;

// The functions below treat one band: the tiles beside each other of one image. The values at a tile's points are
// `point_pitch` floats apart, tiles `tile_pitch`, which is a multiple of 16.

// Bᵀ inputs.
void antiphon_winograd_input(
    float *values, size_t point_pitch, size_t tile_pitch, antiphon_source source, size_t channels, antiphon_tile tile,
    antiphon_window window, size_t image, int32_t band);
// A ∂outputs.
void antiphon_winograd_output_gradient(
    float *values, size_t point_pitch, size_t tile_pitch, antiphon_source source, size_t channels, antiphon_tile tile,
    antiphon_window window, size_t image, int32_t band);
// outputs = Aᵀ values, or += where `is_added`.
void antiphon_winograd_output(
    float *outputs, size_t pitch, int is_added, const float *values, size_t point_pitch, size_t tile_pitch,
    size_t channels, antiphon_tile tile, antiphon_window window, size_t image, int32_t band);
// values [points, inputs, outputs] = G weights, of the input channels `first` up to `end`; the kernel turned by 180
// degrees where `is_flipped`.
void antiphon_winograd_weights(
    float *values, const float *weights, size_t inputs, size_t outputs, antiphon_tile tile, int is_flipped,
    size_t first, size_t end);
// gradient = Gᵀ values [points, inputs, outputs], of the input channels `first` up to `end`.
void antiphon_winograd_weight_gradient(
    float *gradient, const float *values, size_t inputs, size_t outputs, antiphon_tile tile, size_t first, size_t end);

// mean [frames], of samples [frames, channels].
void antiphon_average_channels(float *mean, const float *samples, size_t frames, size_t channels);

// How many frames of sound are treated at once.
#define ANTIPHON_FRAMES 4
// values [4, length]: in each row the samples of a frame, times the window; what is behind the window stays as it is.
// Frames begin `hop` samples apart.
void antiphon_cut_frames(
    double *values, size_t length, const float *samples, size_t hop, const double *window, size_t window_length);
// magnitudes [length / 2 + 1, 4] = twice those of the bins of four frames, of spectra [2, 2, length]: the real parts and
// the imaginary ones of the transform of a + ib, for the two frames a and b.
void antiphon_magnitudes(float *magnitudes, const double *spectra, size_t length);
// result [4, bands] = ln(offset + Σ weight · magnitude), of magnitudes [bins, 4]. The bins of a band are `ranges[band]`
// (first, end), and their weights stand behind those of the band before.
void antiphon_log_bands(
    float *result, const float *magnitudes, const float *weights, const uint32_t *ranges, size_t bands, float offset);

// The natural logarithm of a positive normal number to 2 units in the last place, without a branch or a call, so that a
// loop over it is vectorised, which libm's is not.
//
// x = m 2^e with m in √½...√2, and ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + ...) with s = (m - 1) / (m + 1).
static inline __attribute__((always_inline)) float antiphon_logarithm(float x) {
  union { float value; int32_t bits; } number = {x};
  const int32_t exponent = (number.bits - 0x3f3504f3) >> 23;
  number.bits -= (int32_t)((uint32_t)exponent << 23);
  const float s = (number.value - 1) / (number.value + 1), square = s * s;
  const float series = 1 + square * (1.0f / 3 + square * (1.0f / 5 + square * (1.0f / 7 + square * (1.0f / 9))));
  return (float)exponent * 0.69314718f + 2 * s * series;
}

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

// How wide this processor's vectors are: 512 bits (AVX-512 as Skylake's servers have it), 256 (AVX2 with FMA), or 128.
int antiphon_vector_bits(void);

#endif
