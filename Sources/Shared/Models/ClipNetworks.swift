import Layers
import Tensors

/// Each vector is named by itself, and the probabilities of a clip are the mean, the largest, or a mean by attention of its
/// vectors': `F(B)_k = Σ_t p_tk f_tk` (Kong et al. 2018, decision-level single attention).
func decisionPoolingNetwork(_ hidden: ClipLayers, by pooling: ClipPooling, _ classes: Int) -> [Stage] {
  hidden.stages + [
    Stage("output") {
      ClipPool(hidden.units, classes, of: .probabilities, by: pooling)
      Logit()
    }
  ]
}

/// What attention makes of the last hidden layer but one and of the last one, beside each other (Yu et al. 2018).
func multiLevelAttentionNetwork(_ hidden: ClipLayers, _ classes: Int) -> [Stage] {
  hidden.stages(1...hidden.count - 1) + [
    Stage("attention") {
      Concatenation {
        ClipPool(hidden.units, classes, of: .probabilities, by: .attention)
        Sequential {
          hidden.layer(hidden.count)
          ClipPool(hidden.units, classes, of: .probabilities, by: .attention)
        }
      }
    },
    Stage("output") { Linear(2 * classes, classes, isOutput: true) },
  ]
}

/// Attention brings features of the vectors together, not decisions, and the clip is named by these (Kong et al. 2019;
/// Caption4Sound's network).
func featureLevelAttentionNetwork(_ hidden: ClipLayers, _ classes: Int) -> [Stage] {
  hidden.stages + [
    Stage("attention") {
      ClipPool(hidden.units, hidden.units, of: .features, by: .attention)
      BatchNorm(hidden.units)
      ReLU()
      Dropout(0.5, name: "attention")
    },
    Stage("output") { Linear(hidden.units, classes, isOutput: true) },
  ]
}

/// `score_k = Σ_p (X a_kp)ᵀ (X b_p)`, where b is bottom-up attention, the same for all labels, and a_k top-down (Girdhar and
/// Ramanan 2017). The output layer's weights are a.
func secondOrderAttentionNetwork(_ hidden: ClipLayers, rank: Int, _ classes: Int) -> [Stage] {
  hidden.stages + [
    Stage("attention") { SecondOrderPool(hidden.units, rank: rank) },
    Stage("output") { Linear(rank * hidden.units, classes, isOutput: true) },
  ]
}
