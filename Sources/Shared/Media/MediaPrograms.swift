/// What this machine has for media of strangers.
public enum MediaPrograms {
  /// Formats that say where their sound is are not among them: a playlist would have other files read.
  static let formats = [
    "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dts", "eac3", "flac", "flv", "gsm",
    "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "nut", "ogg", "rm", "tta",
    "w64", "wav", "wv",
  ].joined(separator: ",")

  /// The path of the program that decodes; `nil` where only the formats of libsndfile can be read.
  public static let decoder = BoxedProgram.path(of: "ffmpeg")
  static let prober = BoxedProgram.path(of: "ffprobe")
  /// The path of the program that finds the media of pages.
  public static let siteReader = BoxedProgram.path(of: "yt-dlp")
  /// Whether the decoder's network can be taken away.
  public static var canRemoveNetwork: Bool { !BoxedProgram.networkRemoval.isEmpty }
}
