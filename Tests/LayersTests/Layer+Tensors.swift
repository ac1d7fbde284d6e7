import Layers
import Tensors

/// Layers between tensors.
extension Layer {
  mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    let y = forward(Features(x), mode: mode).tensor
    return y.shape[1...2] == [1, 1] && x.shape.count == 2 ? y.reshaped([y.shape[0], y.shape[3]]) : y
  }

  mutating func backward(_ dy: Tensor) -> Tensor {
    let dx = backward(Features(FeatureMaps(dy).copy())).tensor
    return dx.shape[1...2] == [1, 1] && dy.shape.count == 2 ? dx.reshaped([dx.shape[0], dx.shape[3]]) : dx
  }

  mutating func backwardToParameters(_ dy: Tensor) { backwardToParameters(Features(FeatureMaps(dy).copy())) }
}
