internal import Kernels

/// Where the largest values of a pooling were under the window, to lead its gradient back.
public struct PooledPlaces: Sendable {
  fileprivate let places: Buffer<UInt8>
}

extension Features {
  /// The largest value under the window, by channel (a place beyond the border never is).
  public func maxPooled(_ window: Window, into target: FeatureMaps? = nil) -> (output: Features, places: PooledPlaces) {
    precondition(window.kernel.height * window.kernel.width <= 256, "a place under the window fits a byte")
    let output = pooled(window, target)
    let size = window.places * window.channels
    let places = Buffer<UInt8>(count: maps.batch * size)
    unsafe withSource { source in
      unsafe output.withPointer { pointer in
        ThreadPool.current.run(maps.batch) { image in
          unsafe antiphon_max_pool(
            pointer + image * window.places * output.pitch, output.pitch, places + image * size, source.raw,
            window.raw, image)
        }
      }
    }
    return (Features(output), PooledPlaces(places: places))
  }

  /// The mean of what is under the window, by channel; what is beyond the border is not counted.
  public func averagePooled(_ window: Window, into target: FeatureMaps? = nil) -> Features {
    let output = pooled(window, target)
    unsafe withSource { source in
      unsafe output.withPointer { pointer in
        ThreadPool.current.run(maps.batch) { image in
          unsafe antiphon_average_pool(
            pointer + image * window.places * output.pitch, output.pitch, source.raw, window.raw, image)
        }
      }
    }
    return Features(output)
  }

  /// The gradient of a pooling's input; `self` is the gradient of its output.
  ///
  /// - Parameters:
  ///   - x: The input. Its gradient is that of its values before they are held to their floor, and has its sums where
  ///     anything is pending for `x`.
  ///   - gradient: What the input's gradient is added to, in place; new maps where nothing is given.
  public func maxPoolBackward(
    _ places: PooledPlaces, x: Features, _ window: Window, onto gradient: Features?
  ) -> Features {
    let size = window.places * window.channels
    return unsafe poolBackward(x, window, gradient) { target, pitch, slopes, image in
      unsafe antiphon_max_pool_backward(
        target, pitch, slopes.raw, places.places + image * size, window.raw, image)
    }
  }

  /// As `maxPoolBackward`, of a mean.
  public func averagePoolBackward(x: Features, _ window: Window, onto gradient: Features?) -> Features {
    unsafe poolBackward(x, window, gradient) { target, pitch, slopes, image in
      unsafe antiphon_average_pool_backward(target, pitch, slopes.raw, window.raw, image)
    }
  }

  private func pooled(_ window: Window, _ target: FeatureMaps?) -> FeatureMaps {
    precondition(maps.size == window.input && maps.channels == window.channels, "a window for maps of \(maps.shape)")
    return target
      ?? FeatureMaps(
        uninitialized: maps.batch, window.output.height, window.output.width, channels: window.channels)
  }

  private func poolBackward(
    _ x: Features, _ window: Window, _ gradient: Features?,
    _ body: @Sendable (UnsafeMutablePointer<Float>, Int, Source, Int) -> Void
  ) -> Features {
    let dx =
      gradient?.maps ?? FeatureMaps(uninitialized: x.maps.batch, x.maps.height, x.maps.width, channels: x.maps.channels)
    precondition(gradient?.pending == nil, "a gradient that is added to has nothing pending")
    let sums = x.pending == nil ? nil : PartialSums(blocks: dx.batch, channels: dx.channels)
    unsafe withSource { slopes in
      unsafe x.withSource { source in
        unsafe dx.withPointer { target in
          ThreadPool.current.run(dx.batch) { image in
            let pixels = image * dx.area..<(image + 1) * dx.area
            if gradient == nil { dx.clear(pixels) }
            unsafe body(target + pixels.lowerBound * dx.pitch, dx.pitch, slopes, image)
            unsafe sums?.gate(dx, by: source, partner: x.maps, pixels, block: image)
          }
        }
      }
    }
    return Features(dx, sums: sums?.total)
  }
}
