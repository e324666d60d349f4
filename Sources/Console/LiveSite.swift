import LinuxSystem
import Measures
import Synchronization

/// The pages of a run that goes, and of the report in their place when it is judged.
package final class LiveSite: Sendable {
    /// What is there to see now.
    package struct View: Sendable {
        package let page: @Sendable () -> String
        package let fragment: @Sendable () -> String
        package let script: String
        /// A fragment that makes the script load the page anew.
        package let endFragment: String

        package init(
            page: @escaping @Sendable () -> String,
            fragment: @escaping @Sendable () -> String,
            script: String,
            endFragment: String
        ) {
            self.page = page
            self.fragment = fragment
            self.script = script
            self.endFragment = endFragment
        }
    }

    private struct State {
        /// The report's HTML, when there is one.
        var report: String?
        /// CLOCK_MONOTONIC, nanoseconds, of the last look at the live page.
        var lastLook: Int64?
        var reportsGiven = 0
    }

    private let view: View
    private let state = Mutex(State())

    package init(_ view: View) {
        self.view = view
    }

    package var pages: [String: WebPage] {
        [
            "/": { [self] _ in html(look() ?? view.page()) },
            "/fragment": { [self] _ in html(look(isFragment: true) ?? view.fragment()) },
            "/live.js": { [self] _ in
                WebAnswer(contentType: "text/javascript; charset=utf-8", body: view.script)
            },
        ]
    }

    private func html(_ body: String) -> WebAnswer {
        WebAnswer(contentType: "text/html; charset=utf-8", body: body)
    }

    /// What stands in the live page's place; nil: nothing does.
    private func look(isFragment: Bool = false) -> String? {
        let now = Clocks.monotonic()
        return state.withLock { state in
            guard let report = state.report else {
                state.lastLook = now
                return nil
            }
            guard !isFragment else { return view.endFragment }
            state.reportsGiven += 1
            return report
        }
    }

    /// Somebody looked within the last seconds, and is there still as far as can be told.
    private var isWatched: Bool {
        let since = state.withLock(\.lastLook).map { Clocks.monotonic() - $0 }
        return since.map { $0 < Self.attention } ?? false
    }

    /// Nanoseconds; pages look once a second, and those without scripts every three.
    private static let attention: Int64 = 5_000_000_000

    /// The report takes the live page's place. Whoever looked a moment ago is given the time to get it, at most so long.
    package func end(report: String, patience: Duration = .seconds(4)) async {
        let watched = isWatched
        state.withLock { $0.report = report }
        guard watched else { return }
        // There may be several who look; each does so within the time.
        try? await Task.sleep(for: patience)
    }
}
