/// How wide a network is: the paper's widths, all scaled alike, so that its first convolution has a given number of filters.
struct Width {
  /// The filters of the first convolution.
  let filters: Int
  /// Those that it has in the paper.
  let paper: Int

  /// What is as wide as the given widths of the paper beside each other: each is scaled, rounded, and at least 1.
  func callAsFunction(_ widths: Int...) -> Int {
    widths.reduce(0) { $0 + max(1, ($1 * filters + paper / 2) / paper) }
  }
}
