extension RunStatus {
  /// What server 0 shows of a run.
  public var prometheusMetrics: [PrometheusMetric] {
    let workers = processes.filter { $0.role == .worker }
    return [
      PrometheusMetric("antiphon_step", help: "Global step: mini-batches applied.", Double(step)),
      PrometheusMetric("antiphon_steps", help: "The global step at which the run ends.", Double(steps)),
      PrometheusMetric("antiphon_epoch", help: "The epoch that is being read, from 0.", Double(epoch)),
      PrometheusMetric("antiphon_examples", help: "Patches trained on since the run began.", Double(examples)),
      PrometheusMetric("antiphon_examples_per_second", help: "Patches trained on each second.", examplesPerSecond),
      PrometheusMetric("antiphon_loss", help: "The smoothed loss.", loss),
      PrometheusMetric("antiphon_learning_rate", help: "The step size.", learningRate),
      PrometheusMetric("antiphon_step_seconds", help: "How long a worker's mini-batch takes.", stepSeconds),
      PrometheusMetric(
        "antiphon_waited_seconds", help: "How long of that a worker waits for servers.", exposedSecondsPerStep),
      PrometheusMetric(
        "antiphon_checkpoint_step", help: "The step of the newest checkpoint.", lastCheckpointStep.map(Double.init)),
      PrometheusMetric(
        "antiphon_checkpoint_failed", help: "1 where the last attempt at a checkpoint failed.",
        lastCheckpointError == nil ? 0 : 1),
      PrometheusMetric("antiphon_workers_wanted", help: "Workers that there are to be.", Double(desiredWorkers)),
      PrometheusMetric(
        "antiphon_workers", .gauge, help: "Workers that have joined.",
        [ProcessStatus.State.running, .silent].map { state in
          PrometheusMetric.Sample(Double(workers.count { $0.state == state }), ["state": state.rawValue])
        }),
      PrometheusMetric(
        "antiphon_refused_connections_total", .counter, help: "Connections without an admitted key.",
        Double(refusedConnections)),
    ] + validationMetrics
  }

  private var validationMetrics: [PrometheusMetric] {
    let results = [("last", validation), ("best", bestValidation)].compactMap { name, result in
      result.map { (name, $0) }
    }
    func metric(_ name: String, _ help: String, _ value: (ValidationResult) -> Double?) -> PrometheusMetric {
      PrometheusMetric(
        "antiphon_validation_\(name)", .gauge, help: help,
        results.compactMap { which, result in value(result).map { .init($0, ["checkpoint": which]) } })
    }
    return [
      metric("step", "The checkpoint that was scored.") { Double($0.step) },
      metric("loss", "Loss on the validation part.", \.loss), metric("map", "Mean average precision.", \.map),
      metric("auc", "Area under the ROC curve, mean of labels.", \.auc), metric("d_prime", "d-prime.", \.dPrime),
    ]
  }
}
