import Tensors

extension ConvolutionShape {
  /// The networks whose convolutions are listed, by their names on the command line.
  static let networks = [
    "alexnet": alexNet,
    "vgg19": vgg19,
    "inception": inception,
    "resnet50": resNet50,
  ]

  /// 734,023,872 multiplies in sum.
  private static let alexNet: [ConvolutionShape] = [
    .init(96, 64, 1, to: 96, kernel: .init(11, 11), stride: .init(2, 1), padding: .valid),
    .init(21, 26, 96, to: 256, kernel: 5),
    .init(10, 12, 256, to: 384, kernel: 3),
    .init(10, 12, 384, to: 384, kernel: 3),
    .init(10, 12, 384, to: 256, kernel: 3),
  ]

  /// 2,381,709,312 multiplies in sum.
  private static let vgg19: [ConvolutionShape] = [
    .init(96, 64, 1, to: 64, kernel: 3),
    .init(96, 64, 64, to: 64, kernel: 3),
    .init(48, 32, 64, to: 128, kernel: 3),
    .init(48, 32, 128, to: 128, kernel: 3),
    .init(24, 16, 128, to: 256, kernel: 3),
    .init(24, 16, 256, to: 256, kernel: 3, times: 3),
    .init(12, 8, 256, to: 512, kernel: 3),
    .init(12, 8, 512, to: 512, kernel: 3, times: 3),
    .init(6, 4, 512, to: 512, kernel: 3, times: 4),
  ]

  /// 5,431,658,496 multiplies in sum.
  private static let inception: [ConvolutionShape] = [
    .init(96, 64, 1, to: 80, kernel: 1),
    .init(96, 64, 80, to: 192, kernel: 3, padding: .valid),
    .init(46, 30, 192, to: 64, kernel: 1, times: 2),
    .init(46, 30, 192, to: 48, kernel: 1),
    .init(46, 30, 48, to: 64, kernel: 5, times: 3),
    .init(46, 30, 64, to: 96, kernel: 3, times: 4),
    .init(46, 30, 96, to: 96, kernel: 3, times: 3),
    .init(46, 30, 192, to: 32, kernel: 1),
    .init(46, 30, 256, to: 64, kernel: 1, times: 3),
    .init(46, 30, 256, to: 48, kernel: 1),
    .init(46, 30, 288, to: 64, kernel: 1, times: 4),
    .init(46, 30, 288, to: 48, kernel: 1),
    .init(46, 30, 288, to: 384, kernel: 3, stride: 2, padding: .valid),
    .init(46, 30, 96, to: 96, kernel: 3, stride: 2, padding: .valid),
    .init(22, 14, 768, to: 192, kernel: 1, times: 12),
    .init(22, 14, 768, to: 128, kernel: 1, times: 2),
    .init(22, 14, 128, to: 128, kernel: .init(1, 7), times: 2),
    .init(22, 14, 128, to: 192, kernel: .init(7, 1)),
    .init(22, 14, 128, to: 128, kernel: .init(7, 1), times: 2),
    .init(22, 14, 128, to: 192, kernel: .init(1, 7)),
    .init(22, 14, 768, to: 160, kernel: 1, times: 4),
    .init(22, 14, 160, to: 160, kernel: .init(1, 7), times: 4),
    .init(22, 14, 160, to: 192, kernel: .init(7, 1), times: 2),
    .init(22, 14, 160, to: 160, kernel: .init(7, 1), times: 4),
    .init(22, 14, 160, to: 192, kernel: .init(1, 7), times: 2),
    .init(22, 14, 192, to: 192, kernel: .init(1, 7), times: 4),
    .init(22, 14, 192, to: 192, kernel: .init(7, 1), times: 4),
    .init(22, 14, 192, to: 320, kernel: 3, stride: 2, padding: .valid),
    .init(22, 14, 192, to: 192, kernel: 3, stride: 2, padding: .valid),
    .init(10, 6, 1280, to: 320, kernel: 1),
    .init(10, 6, 1280, to: 384, kernel: 1),
    .init(10, 6, 384, to: 384, kernel: .init(1, 3), times: 4),
    .init(10, 6, 384, to: 384, kernel: .init(3, 1), times: 4),
    .init(10, 6, 1280, to: 448, kernel: 1),
    .init(10, 6, 448, to: 384, kernel: 3, times: 2),
    .init(10, 6, 1280, to: 192, kernel: 1),
    .init(10, 6, 2048, to: 320, kernel: 1),
    .init(10, 6, 2048, to: 384, kernel: 1),
    .init(10, 6, 2048, to: 448, kernel: 1),
    .init(10, 6, 2048, to: 192, kernel: 1),
  ]

  /// 1,850,081,280 multiplies in sum.
  private static let resNet50: [ConvolutionShape] = [
    .init(96, 64, 1, to: 64, kernel: 7),
    .init(48, 32, 64, to: 64, kernel: 1),
    .init(48, 32, 64, to: 64, kernel: 3, times: 3),
    .init(48, 32, 64, to: 256, kernel: 1, times: 4),
    .init(48, 32, 256, to: 64, kernel: 1, times: 2),
    .init(48, 32, 256, to: 128, kernel: 1, stride: 2),
    .init(24, 16, 128, to: 128, kernel: 3, times: 4),
    .init(24, 16, 128, to: 512, kernel: 1, times: 4),
    .init(48, 32, 256, to: 512, kernel: 1, stride: 2),
    .init(24, 16, 512, to: 128, kernel: 1, times: 3),
    .init(24, 16, 512, to: 256, kernel: 1, stride: 2),
    .init(12, 8, 256, to: 256, kernel: 3, times: 6),
    .init(12, 8, 256, to: 1024, kernel: 1, times: 6),
    .init(24, 16, 512, to: 1024, kernel: 1, stride: 2),
    .init(12, 8, 1024, to: 256, kernel: 1, times: 5),
    .init(12, 8, 1024, to: 512, kernel: 1, stride: 2),
    .init(6, 4, 512, to: 512, kernel: 3, times: 3),
    .init(6, 4, 512, to: 2048, kernel: 1, times: 3),
    .init(12, 8, 1024, to: 2048, kernel: 1, stride: 2),
    .init(6, 4, 2048, to: 512, kernel: 1, times: 2),
  ]
}
