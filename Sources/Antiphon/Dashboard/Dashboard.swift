import ArgumentParser
import Clusters
import Foundation
import HTTP
import Telemetry

struct Dashboard: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a run in a browser, while it goes on.",
    discussion: """
      Serves one page: the curves of the run, its servers and workers with what each has and moves, how stale gradients \
      are, checkpoints, and what has happened. It changes by itself, and needs no network beyond this machine. The run need \
      not have started, and may be over. From another machine, use 'ssh -L 8080:localhost:8080'; whoever reaches the page \
      sees the run, and can change nothing.

      Example: antiphon dashboard runs/first
      """)

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @Option(help: "Where the page is: PORT, on this machine only, or HOST:PORT.", transform: place)
  var page = ListeningPlace(host: "127.0.0.1", port: 8080)

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: runFolder)
      var observer = try RunObserver(folder)
      let feed = RunFeed()
      let server = try PageServer(DashboardPage.files + [Page("/events") { .events(feed.open()) }], at: page)
      defer { server.stop() }
      let stop = StopSignal()
      stop.followSignals()
      print("http://\(server.place)/ shows \(folder.path); Ctrl-C ends that")
      fflush(nil)  // for those who read it from a pipe
      var trouble: String?
      while !stop.isSent {
        do {
          let added = try observer.readPoints()
          feed.tell(try observer.picture(), added: added, points: observer.curve.points)
          trouble = nil
        } catch {  // a shared folder may be away for a while
          if trouble != "\(error)" { FileHandle.standardError.write(Data("antiphon dashboard: \(error)\n".utf8)) }
          trouble = "\(error)"
        }
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }
}

/// Reads `PORT` or `HOST:PORT`.
func place(_ text: String) throws -> ListeningPlace {
  do {
    return try ListeningPlace(parsing: text)
  } catch { throw ValidationError("\(error).") }
}

/// The files of the page, which are part of the program.
enum DashboardPage {
  static let files = [
    Page("/") { .file(PackageResources.dashboard_html, mediaType: "text/html; charset=utf-8") },
    Page("/theme.css") { .file(PackageResources.theme_css, mediaType: "text/css; charset=utf-8") },
    Page("/dashboard.css") { .file(PackageResources.dashboard_css, mediaType: "text/css; charset=utf-8") },
    Page("/dashboard.js") { .file(PackageResources.dashboard_js, mediaType: "text/javascript; charset=utf-8") },
    Page("/charts.js") { .file(PackageResources.charts_js, mediaType: "text/javascript; charset=utf-8") },
  ]
}
