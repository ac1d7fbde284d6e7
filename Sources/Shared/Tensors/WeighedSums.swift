/// Sums over the vectors of clips, each vector times weights of its own.
extension Tensor {
  /// For each clip and each kind of weight the sum of its vectors: from `[clips, vectors, 1, channels]` to
  /// `[clips, kinds · channels]`.
  ///
  /// - Parameter weights: `[clips, vectors, 1, kinds]`.
  public func weighedSums(_ weights: Tensor) -> Tensor {
    let (clips, rows, channels, kinds) = (shape[0], shape[1], shape[3], weights.shape[3])
    var result = Tensor(uninitialized: [clips, kinds * channels])
    unsafe withPointer { x in
      unsafe weights.withPointer { weights in
        unsafe result.withMutablePointer { target in
          ThreadPool.current.run(clips) { clip in
            unsafe Tensors.multiply(
              kinds, channels, rows,
              MatrixView(base: weights + clip * rows * kinds, pitch: kinds, isTransposed: true),
              MatrixView(base: x + clip * rows * channels, pitch: channels), into: target + clip * kinds * channels,
              pitch: channels)
          }
        }
      }
    }
    return result
  }

  /// The gradients of the vectors, the weights being what they are, and of the weights.
  ///
  /// - Parameter slopes: The gradient of the sums.
  public func weighedSumsBackward(_ slopes: Tensor, weights: Tensor) -> (vectors: Tensor, weights: Tensor) {
    let (clips, rows, channels, kinds) = (shape[0], shape[1], shape[3], weights.shape[3])
    precondition(slopes.count == clips * kinds * channels, "a gradient of \(slopes.shape) for sums of \(shape)")
    var vectors = Tensor(uninitialized: shape)
    var ofWeights = Tensor(uninitialized: weights.shape)
    unsafe withPointer { x in
      unsafe weights.withPointer { weights in
        unsafe slopes.withPointer { slopes in
          unsafe vectors.withMutablePointer { vectors in
            unsafe ofWeights.withMutablePointer { ofWeights in
              ThreadPool.current.run(clips) { clip in
                let (row, weight) = (clip * rows * channels, clip * rows * kinds)
                let slopes = unsafe slopes + clip * kinds * channels
                unsafe Tensors.multiply(
                  rows, channels, kinds, MatrixView(base: weights + weight, pitch: kinds),
                  MatrixView(base: slopes, pitch: channels), into: vectors + row, pitch: channels)
                unsafe Tensors.multiply(
                  rows, kinds, channels, MatrixView(base: x + row, pitch: channels),
                  MatrixView(base: slopes, pitch: channels, isTransposed: true), into: ofWeights + weight, pitch: kinds)
              }
            }
          }
        }
      }
    }
    return (vectors, ofWeights)
  }

  /// Divides what belongs to each vector of a clip by the number of the clip's vectors, and puts 0 where a vector only fills
  /// it up: `[clips, vectors, 1, channels]`.
  ///
  /// - Parameter lengths: The vectors of each clip, the first ones; `nil` where they are all there.
  public mutating func divideRows(byLengths lengths: [Int]?) {
    let (rows, channels) = (shape[1], shape[3])
    precondition(lengths?.count ?? shape[0] == shape[0], "a length for each clip")
    let clips = shape[0]
    var values = mutableValues
    for clip in 0..<clips {
      let length = lengths?[clip] ?? rows
      for index in 0..<rows * channels {
        let place = clip * rows * channels + index
        values[place] = index < length * channels ? values[place] / Float(length) : 0
      }
    }
  }
}
