import Models
import Testing

@Suite struct `A model's specification` {
  @Test(arguments: [
    ("fc-3x1000", ModelSpecification.fullyConnected(layers: 3, units: 1000)),
    ("fc", .fullyConnected(layers: 3, units: 1000)), ("fc-1x1", .fullyConnected(layers: 1, units: 1)),
    ("resnet50", .residual(.fifty, width: 64)), ("resnet14-w2", .residual(.fourteen, width: 2)),
    ("resnet26-w1024", .residual(.twentySix, width: 1024)),
  ])
  func `is read, and read again as it writes itself`(text: String, expected: ModelSpecification) throws {
    #expect(try ModelSpecification(parsing: text) == expected)
    #expect(try ModelSpecification(parsing: "\(expected)") == expected)
  }

  @Test(arguments: [
    "", "fc-", "fc-3", "fc-3x", "fc-x5", "fc-0x5", "fc-65x5", "fc-3x0", "fc-3x100001", "fc-3x5 ", " fc", "FC",
    "fc-3x5x5",
    "fc-w5", "fc--3x5", "resnet", "resnet51", "resnet50-w0", "resnet50-w1025", "resnet50-w", "resnet50-3x5",
    "resnet-50",
    "resnet50\n", "vgg", "fc-99999999999999999999x5", "fc-3x99999999999999999999", "resnet50-w99999999999999999999",
    "resnet99999999999999999999", "fc-٣x5", "resnet50-w٣",
  ])
  func `that is wrong is refused in one line that repeats it`(text: String) throws {
    let error = #expect(throws: ModelError.self) { try ModelSpecification(parsing: text) }
    let message = try #require(error?.description)
    #expect(message.hasPrefix("expected "))
    #expect(message.contains("'\(text)' came"))
  }
}
