import Evaluation
import Testing

@Suite struct `The d-prime of an AUC` {
  @Test func `is that of SciPy, as far as an AUC can lie from one half`() {
    for golden in GoldenFile.stored.dPrime {
      #expect(agree(EvaluationReport.dPrime(auc: golden.auc), golden.dPrime), "at \(golden.auc)")
    }
    #expect(GoldenFile.stored.dPrime.count == 16)
  }

  /// Hershey et al. 2017, tables 2, 3 and 4 and section 4.4.
  @Test(arguments: [
    (0.851, 1.471), (0.894, 1.764), (0.911, 1.909), (0.918, 1.969), (0.916, 1.952), (0.926, 2.041), (0.930, 2.087),
    (0.928, 2.067), (0.925, 2.035), (0.919, 1.982), (0.924, 2.026), (0.923, 2.019), (0.922, 2.006), (0.921, 1.997),
    (0.909, 1.883), (0.868, 1.581), (0.904, 1.846), (0.959, 2.452),
  ]) func `is that of the paper, which rounds both to three digits`(auc: Double, dPrime: Double) throws {
    let lowest = try #require(EvaluationReport.dPrime(auc: auc - 0.0005)) - 0.0005
    let highest = try #require(EvaluationReport.dPrime(auc: auc + 0.0005)) + 0.0005
    #expect((lowest...highest).contains(dPrime))
  }

  @Test func `has no value where it is infinite`() {
    #expect(EvaluationReport.dPrime(auc: 0) == nil)
    #expect(EvaluationReport.dPrime(auc: 1) == nil)
  }

  @Test func `is not defined outside of 0 to 1`() async {
    await #expect(processExitsWith: .failure) { _ = EvaluationReport.dPrime(auc: 1.5) }
    await #expect(processExitsWith: .failure) { _ = EvaluationReport.dPrime(auc: .nan) }
  }
}
