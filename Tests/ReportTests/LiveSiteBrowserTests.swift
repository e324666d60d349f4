import Console
import Foundation
import Plan
import Synchronization
import Testing

@testable import Report

@Suite(
    "A live page in a browser",
    .serialized,
    .enabled(if: Browser.path != nil, "needs Chromium (apt-get install chromium)")
)
struct LiveSiteBrowserTests {
    /// Numbers the pages that were drawn.
    private final class Drawings: Sendable {
        let count = Mutex(0)
        let fragments = Mutex(0)

        var page: LivePage {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return LivePage(
                experiment: "drawing \(number)",
                summary: "",
                status: [],
                part: 0.5,
                isOver: false,
                timeline: nil,
                verdict: nil,
                targets: TargetsPlan(),
                lines: []
            )
        }
    }

    private static func site(_ drawings: Drawings) -> LiveSite {
        LiveSite(
            LiveSite.View(
                page: { drawings.page.html },
                fragment: {
                    drawings.fragments.withLock { $0 += 1 }
                    return drawings.page.fragment
                },
                script: LiveScript.text,
                endFragment: LivePage.judgedFragment
            )
        )
    }

    @Test(
        "it follows by its script, and becomes the report by itself",
        .timeLimit(.minutes(3))
    )
    func browser() async throws {
        let drawings = Drawings()
        let site = Self.site(drawings)
        let port = try await WebPort.open(try ListenAddress("0"), pages: site.pages)
        let url = "http://\(port.address)/"
        // The far end of the page's clock: it is told that the time has come when it has looked four times.
        let looking = { try Browser.run(["--dump-dom", "--virtual-time-budget=4500"], on: url) }
        let following = try looking()
        let looks = drawings.fragments.withLock { $0 }
        #expect(looks >= 3)
        #expect(following.contains("drawing \(drawings.count.withLock { $0 })"), "\(following)")
        #expect(!following.contains("drawing 1<"))
        let report = "<!DOCTYPE html><html><body><p>the report itself</p></body></html>"
        let ending = Task {
            let before = drawings.fragments.withLock { $0 }
            while drawings.fragments.withLock({ $0 }) < before + 2, !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(5))
            }
            await site.end(report: report, patience: .zero)
        }
        let ended = try Browser.run(["--dump-dom", "--virtual-time-budget=30000"], on: url)
        ending.cancel()
        #expect(ended.contains("the report itself"), "\(ended)")
        #expect(!ended.contains("drawing"))
        await port.close()
    }
}
