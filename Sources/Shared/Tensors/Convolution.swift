internal import COpenBLAS
internal import Kernels

/// Convolutions as products of matrices: what the window sees is laid out in columns, an image at a time, so that it
/// stays in cache.
extension Tensor {
  /// `[batch, outputHeight, outputWidth, filters]` of images convolved with weights `[kernel · channels, filters]`.
  public func convolved(with weights: Tensor, _ window: Window) -> Tensor {
    let (batch, filters) = (shape[0], weights.shape[1])
    precondition(
      count == batch * window.imageCount && weights.shape[0] == window.depth, "images, weights and window fit")
    var result = Tensor(uninitialized: [batch, window.output.height, window.output.width, filters])
    if window.isPointwise {
      result.multiply(reshaped([batch * window.places, window.channels]).matrix, weights.matrix)
      return result
    }
    unsafe withPointer { images in
      unsafe weights.withPointer { weights in
        unsafe result.withMutablePointer { result in
          ThreadPool.current.run(batch) { image in
            var columns = Tensor(uninitialized: [window.places, window.depth])
            unsafe columns.withMutablePointer { columns in
              unsafe antiphon_unfold(columns + 0, images + image * window.imageCount, window.raw)
              unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(window.places), blasint(filters),
                blasint(window.depth), 1, columns + 0, blasint(window.depth), weights + 0, blasint(filters), 0,
                result + image * window.places * filters, blasint(filters))
            }
          }
        }
      }
    }
    return result
  }

  /// The gradient of a convolution's weights; `self` is the gradient of its output.
  ///
  /// - Returns: `[kernel · channels, filters]`.
  public func convolutionWeightGradient(images: Tensor, _ window: Window) -> Tensor {
    let (batch, filters) = (shape[0], shape[3])
    var gradient = Tensor(uninitialized: [window.depth, filters])
    if window.isPointwise {
      gradient.multiply(images.reshaped([batch * window.places, window.channels]).matrix.transposed, matrix)
      return gradient
    }
    let blocks = Self.blocks(of: batch, atLeast: 1, atMost: 4)
    let size = gradient.count
    var partial = Tensor([blocks.count, size])
    unsafe withPointer { dy in
      unsafe images.withPointer { images in
        unsafe partial.withMutablePointer { partial in
          ThreadPool.current.run(blocks.count) { block in
            var columns = Tensor(uninitialized: [window.places, window.depth])
            unsafe columns.withMutablePointer { columns in
              for image in blocks[block] {
                unsafe antiphon_unfold(columns + 0, images + image * window.imageCount, window.raw)
                unsafe cblas_sgemm(
                  CblasRowMajor, CblasTrans, CblasNoTrans, blasint(window.depth), blasint(filters),
                  blasint(window.places), 1, columns + 0, blasint(window.depth), dy + image * window.places * filters,
                  blasint(filters), 1, partial + block * size, blasint(filters))
              }
            }
          }
        }
      }
    }
    gradient.sumRows(of: partial)
    return gradient
  }

  /// The gradient of a convolution's images; `self` is the gradient of its output.
  public func convolutionInputGradient(weights: Tensor, _ window: Window) -> Tensor {
    let (batch, filters) = (shape[0], shape[3])
    var gradient = Tensor([batch, window.input.height, window.input.width, window.channels])
    if window.isPointwise {
      gradient.multiply(matrix, weights.matrix.transposed)
      return gradient
    }
    unsafe withPointer { dy in
      unsafe weights.withPointer { weights in
        unsafe gradient.withMutablePointer { gradient in
          ThreadPool.current.run(batch) { image in
            var columns = Tensor(uninitialized: [window.places, window.depth])
            unsafe columns.withMutablePointer { columns in
              unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(window.places), blasint(window.depth),
                blasint(filters), 1, dy + image * window.places * filters, blasint(filters), weights + 0,
                blasint(filters), 0, columns + 0, blasint(window.depth))
              unsafe antiphon_fold(gradient + image * window.imageCount, columns + 0, window.raw)
            }
          }
        }
      }
    }
    return gradient
  }
}
