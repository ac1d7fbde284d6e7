import Models
import Testing

@Suite struct `A model's specification` {
  @Test(arguments: [
    ("fc-3x1000", ModelSpecification(.fullyConnected(layers: 3, units: 1000))),
    ("fc", .init(.fullyConnected(layers: 3, units: 1000))), ("fc-1x1", .init(.fullyConnected(layers: 1, units: 1))),
    ("fc-b7", .init(.fullyConnected(layers: 3, units: 1000), bottleneck: 7)),
    ("fc-3x1000-b128", .init(.fullyConnected(layers: 3, units: 1000), bottleneck: 128)),
    ("resnet50", .init(.residual(.fifty), filters: 64)), ("resnet14-w2", .init(.residual(.fourteen), filters: 2)),
    ("resnet26-w1024", .init(.residual(.twentySix), filters: 1024)), ("alexnet", .init(.alexNet, filters: 96)),
    ("vgg19", .init(.vgg19, filters: 64)), ("vgg19-w8-b1024", .init(.vgg19, filters: 8, bottleneck: 1024)),
    ("inception", .init(.inceptionV3, filters: 80)), ("inception-b1", .init(.inceptionV3, filters: 80, bottleneck: 1)),
    ("vggish", .init(.vggish, filters: 64)), ("vggish-w1", .init(.vggish, filters: 1)),
    ("fc-2x5-b3-i128", .init(.fullyConnected(layers: 2, units: 5), bottleneck: 3, input: .vector(size: 128))),
    ("fc-i20x64", .init(.fullyConnected(layers: 3, units: 1000), input: .patch(frames: 20, bands: 64))),
    ("average-pooling", .init(.clip(.averagePooling, layers: 3, units: 1024, rank: 1))),
    ("max-pooling-1x2", .init(.clip(.maxPooling, layers: 1, units: 2, rank: 1))),
    ("single-attention-2x8-i64", .init(.clip(.singleAttention, layers: 2, units: 8, rank: 1), input: .clip(size: 64))),
    ("multi-level-attention-2x8", .init(.clip(.multiLevelAttention, layers: 2, units: 8, rank: 1))),
    ("feature-level-attention-1x8", .init(.clip(.featureLevelAttention, layers: 1, units: 8, rank: 1))),
    ("second-order-attention-1x8-r4", .init(.clip(.secondOrderAttention, layers: 1, units: 8, rank: 4))),
  ])
  func `is read, and read again as it writes itself`(text: String, expected: ModelSpecification) throws {
    #expect(try ModelSpecification(parsing: text) == expected)
    #expect(try ModelSpecification(parsing: "\(expected)") == expected)
  }

  /// Runs keep these texts.
  @Test(arguments: [
    ("fc", "fc-3x1000"), ("resnet50", "resnet50-w64"), ("resnet14-w8", "resnet14-w8"), ("vgg19-b128", "vgg19-w64-b128"),
    ("fc-2x5-b128", "fc-2x5-b128"), ("inception", "inception-w80"), ("alexnet-w007", "alexnet-w7"),
    ("fc-i128", "fc-3x1000-i128"), ("fc-i96x64", "fc-3x1000"), ("single-attention", "single-attention-3x1024"),
    ("max-pooling-2x3-i128", "max-pooling-2x3"), ("second-order-attention", "second-order-attention-3x1024-r1"),
  ])
  func `writes out what was left out`(text: String, expected: String) throws {
    #expect(try ModelSpecification(parsing: text).description == expected)
  }

  @Test(arguments: [
    "", "fc-", "fc-3", "fc-3x", "fc-x5", "fc-0x5", "fc-65x5", "fc-3x0", "fc-3x100001", "fc-3x5 ", " fc", "FC",
    "fc-3x5x5",
    "fc-w5", "fc--3x5", "resnet", "resnet51", "resnet50-w0", "resnet50-w1025", "resnet50-w", "resnet50-3x5",
    "resnet-50",
    "resnet50\n", "vgg", "fc-99999999999999999999x5", "fc-3x99999999999999999999", "resnet50-w99999999999999999999",
    "resnet99999999999999999999", "fc-٣x5", "resnet50-w٣",
    "fc-3x5-w8", "fc-3x5-b0", "fc-b1025", "resnet50-b128-w64", "resnet50-w8-w8", "resnet50-b", "vgg19-b-1", "vgg16",
    "vgg19-3x5", "alexnet-w0", "inceptionv3", "vggish-w1025", "inception-b99999999999999999999", "-w8", "-b128", "14",
    "resnet50-i128", "fc-i0", "fc-i4097", "fc-i20x4097", "fc-i20x64x1", "fc-r2", "fc-i128-b2", "single-attention-w8",
    "single-attention-r2", "single-attention-b2", "single-attention-i20x64", "multi-level-attention-1x8", "attention",
    "second-order-attention-r0", "second-order-attention-r65", "single-attention-3", "single-attention-0x5",
  ])
  func `that is wrong is refused in one line that repeats it`(text: String) throws {
    let error = #expect(throws: ModelError.self) { try ModelSpecification(parsing: text) }
    let message = try #require(error?.description)
    #expect(message.hasPrefix("expected "))
    #expect(message.contains("'\(text)' came"))
  }

  @Test func `of too few layers is refused by how many it needs`() {
    let error = #expect(throws: ModelError.self) { try ModelSpecification(parsing: "multi-level-attention-1x8") }
    #expect(error?.description.contains("at least 2 layers") == true)
  }
}
