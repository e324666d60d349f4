import Console
import ConsoleSupport
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
    @Test(
        "it follows by its script, and becomes the report by itself",
        .timeLimit(.minutes(3))
    )
    func browser() async throws {
        let drawings = Drawings()
        let site = drawings.site
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
