/// How the scores of a network follow the time, out of what it is shown: log-mel patches or vectors, one after the other.
///
/// A network of clips of vectors has been taught what sounds in a clip, and not when. Two ways lead to the times; that of
/// `frames` has found more sounds in time, as README.md has it.
enum ScoreTiming: String, Encodable, Sendable {
  /// Each patch or vector is scored by itself, as the network has learnt it.
  case each
  /// Each window of 5 vectors is a clip; the next one begins 2 vectors later. Caption4Sound repeats them, so that there are
  /// 10 as in training (option 3 of its slides). Ours hear clips of any length, and none can tell a clip from one that has
  /// each vector twice: means, with weights or without, and largest values are the same.
  case windows
  /// Each vector is a clip of its own, and each score becomes the median of itself and its neighbours. Attention has
  /// nothing to weigh there: what is left is `f(x)`, the classifier before its pooling. That is what is published as
  /// frame-wise output of attention at the level of decisions (PANNs' `Cnn14_DecisionLevelAtt`, Kong et al. 2020). So it is
  /// for means and largest values; at the level of features it is the classifier of each vector's features, and of second
  /// order what top-down makes of each vector, times its bottom-up attention (Girdhar and Ramanan 2017).
  case frames

  /// Those that one can choose for a network of clips, by what they are called.
  static let choices = [ScoreTiming.frames, .windows]

  /// How many vectors, or patches, are scored together.
  var examples: Int { self == .windows ? 5 : 1 }
  /// How many there are from where a score begins to where the next one does.
  var hop: Int { self == .windows ? 2 : 1 }
  /// How many overlap at a time: of two, each begins in the middle of the one before, so that beginnings are met more
  /// closely. The vectors of a window follow one another as in training.
  var overlap: Int { self == .windows ? 1 : 2 }
}
