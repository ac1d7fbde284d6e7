import HTTP

/// The page to try the service with, which is part of the program; and what tells that the service is there.
enum CaptionPage {
  /// What anybody may see.
  static func file(_ path: String) -> ServiceResponse? {
    switch path {
    case "/healthz": .text("ok\n", "text/plain")
    case "/": page(PackageResources.serve_html, "text/html")
    case "/theme.css": page(PackageResources.theme_css, "text/css")
    case "/serve.css": page(PackageResources.serve_css, "text/css")
    case "/serve.js": page(PackageResources.serve_js, "text/javascript")
    case "/live.js": page(PackageResources.live_js, "text/javascript")
    case "/samples.js": page(PackageResources.samples_js, "text/javascript")
    case "/picture.js": page(PackageResources.picture_js, "text/javascript")
    default: nil
    }
  }

  /// Nothing of elsewhere, and nothing that somebody wrote into a label.
  private static let rules =
    "default-src 'self'; connect-src 'self' ws: wss:; media-src blob:; img-src 'self' data:; frame-ancestors 'none'"

  private static func page(_ bytes: [UInt8], _ mediaType: String) -> ServiceResponse {
    ServiceResponse(
      200,
      headers: [
        "Content-Type": "\(mediaType); charset=utf-8",
        "Content-Security-Policy": rules,
        "Referrer-Policy": "no-referrer",
      ], .bytes(bytes))
  }
}
