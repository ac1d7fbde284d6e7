// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "antiphon", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(
      name: "BareLoops", cSettings: [.unsafeFlags(["-O3", "-march=native", "-ffp-contract=fast", "-fno-math-errno"])],
      linkerSettings: [.linkedLibrary("fftw3f")]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "BareLoops",
        .product(name: "Tensors", package: "antiphon"),
        .product(name: "Layers", package: "antiphon"),
        .product(name: "Models", package: "antiphon"),
        .product(name: "Parameters", package: "antiphon"),
        .product(name: "Evaluation", package: "antiphon"),
        .product(name: "Audio", package: "antiphon"),
        .product(name: "Datasets", package: "antiphon"),
        .product(name: "Training", package: "antiphon"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [
        .enableExperimentalFeature("Lifetimes"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("ExistentialAny"),
        .strictMemorySafety(),
        .treatWarning("StrictMemorySafety", as: .error),
      ]),
  ]
)
