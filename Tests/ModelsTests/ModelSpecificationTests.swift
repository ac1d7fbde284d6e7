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
  ])
  func `is read, and read again as it writes itself`(text: String, expected: ModelSpecification) throws {
    #expect(try ModelSpecification(parsing: text) == expected)
    #expect(try ModelSpecification(parsing: "\(expected)") == expected)
  }

  /// Runs keep these texts.
  @Test(arguments: [
    ("fc", "fc-3x1000"), ("resnet50", "resnet50-w64"), ("resnet14-w8", "resnet14-w8"), ("vgg19-b128", "vgg19-w64-b128"),
    ("fc-2x5-b128", "fc-2x5-b128"), ("inception", "inception-w80"), ("alexnet-w007", "alexnet-w7"),
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
  ])
  func `that is wrong is refused in one line that repeats it`(text: String) throws {
    let error = #expect(throws: ModelError.self) { try ModelSpecification(parsing: text) }
    let message = try #require(error?.description)
    #expect(message.hasPrefix("expected "))
    #expect(message.contains("'\(text)' came"))
  }
}
