#include "clones.h"
#include "kernels.h"

CLONES void antiphon_add(float *restrict x, const float *restrict y, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] += y[i];
}

CLONES void antiphon_rectify(float *restrict x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = x[i] > 0 ? x[i] : 0;
}

CLONES void antiphon_rectify_backward(float *restrict gradient, const float *restrict output, size_t count) {
  for (size_t i = 0; i < count; i++) gradient[i] = output[i] > 0 ? gradient[i] : 0;
}

CLONES void antiphon_add_row(float *restrict x, const float *restrict row, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels)
    for (size_t c = 0; c < channels; c++) x[c] += row[c];
}

CLONES void antiphon_sum_rows(float *restrict sums, const float *restrict x, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels)
    for (size_t c = 0; c < channels; c++) sums[c] += x[c];
}

CLONES void antiphon_sum_squared_deviations(
    float *restrict squares, const float *restrict x, const float *restrict mean, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels)
    for (size_t c = 0; c < channels; c++) squares[c] += (x[c] - mean[c]) * (x[c] - mean[c]);
}

CLONES void antiphon_scale_and_shift(
    float *restrict y, const float *restrict x, const float *restrict factor, const float *restrict offset, size_t rows,
    size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels, y += channels)
    for (size_t c = 0; c < channels; c++) y[c] = x[c] * factor[c] + offset[c];
}

CLONES void antiphon_batch_norm_sums(
    float *restrict sums, float *restrict products, const float *restrict dy, const float *restrict x,
    const float *restrict mean, const float *restrict inverse_deviation, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels, dy += channels)
    for (size_t c = 0; c < channels; c++) {
      sums[c] += dy[c];
      products[c] += dy[c] * (x[c] - mean[c]) * inverse_deviation[c];
    }
}

CLONES void antiphon_batch_norm_backward(
    float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict mean,
    const float *restrict factor, const float *restrict a, const float *restrict b, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++, x += channels, dy += channels, dx += channels)
    for (size_t c = 0; c < channels; c++) dx[c] = factor[c] * (dy[c] - a[c] - (x[c] - mean[c]) * b[c]);
}
