internal import Kernels

/// Where the largest values of a pooling were, to lead its gradient back.
public struct PooledPlaces: Sendable {
  fileprivate let places: [Int32]
}

extension Tensor {
  /// The largest value under the window, by channel (a place beyond the border never is).
  public func maxPooled(_ window: Window) -> (output: Tensor, places: PooledPlaces) {
    let batch = shape[0]
    let size = window.places * window.channels
    var output = Tensor(uninitialized: [batch, window.output.height, window.output.width, window.channels])
    var places = [Int32](repeating: 0, count: batch * size)
    var target = places.mutableSpan
    unsafe target.withUnsafeMutableBufferPointer { places in
      let places = unsafe SharedPlaces(base: places.baseAddress!)
      unsafe withPointer { images in
        unsafe output.withMutablePointer { output in
          ThreadPool.current.run(batch) { image in
            unsafe antiphon_max_pool(
              output + image * size, places.base + image * size, images + image * window.imageCount, window.raw)
          }
        }
      }
    }
    return (output, PooledPlaces(places: places))
  }

  /// The gradient of a pooling's images; `self` is the gradient of its output.
  public func maxPoolBackward(_ places: PooledPlaces, _ window: Window) -> Tensor {
    let batch = shape[0]
    let size = window.places * window.channels
    var gradient = Tensor([batch, window.input.height, window.input.width, window.channels])
    unsafe places.places.withUnsafeBufferPointer { places in
      let places = unsafe SharedPlaces(base: UnsafeMutablePointer(mutating: places.baseAddress!))
      unsafe withPointer { dy in
        unsafe gradient.withMutablePointer { gradient in
          ThreadPool.current.run(batch) { image in
            unsafe antiphon_max_pool_backward(
              gradient + image * window.imageCount, dy + image * size, places.base + image * size, window.raw)
          }
        }
      }
    }
    return gradient
  }
}

/// `@unchecked`: each thread has an image of its own.
@unsafe private struct SharedPlaces: @unchecked Sendable {
  let base: UnsafeMutablePointer<Int32>
}
