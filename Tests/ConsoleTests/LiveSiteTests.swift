import Foundation
import Plan
import Report
import Synchronization
import TestSupport
import Testing

@testable import Console

@Suite("A live page's site", .serialized)
struct LiveSiteTests {
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

    @Test("nothing is drawn while nobody looks, and the report takes the page's place")
    func places() async throws {
        let drawings = Drawings()
        let site = Self.site(drawings)
        let port = try await WebPort.open(try ListenAddress("0"), pages: site.pages)
        let number = port.address.port
        #expect(drawings.count.withLock { $0 } == 0)
        #expect(try Conversation.get("/", from: number).contains("drawing 1"))
        #expect(try Conversation.get("/fragment", from: number).contains("drawing 2"))
        #expect(try Conversation.get("/live.js", from: number).contains("text/javascript"))
        await site.end(report: "<p>the report</p>", patience: .zero)
        #expect(try Conversation.get("/", from: number).hasSuffix("<p>the report</p>"))
        #expect(try Conversation.get("/fragment", from: number).contains("data-judged"))
        #expect(drawings.count.withLock { $0 } == 2)
        await port.close()
    }

    @Test("the end of a run that nobody looks at is not waited for; one that is looked at is")
    func waiting() async throws {
        let clock = ContinuousClock()
        let unseen = Self.site(Drawings())
        let short = await clock.measure { await unseen.end(report: "", patience: .seconds(3)) }
        #expect(short < .seconds(2))
        let seen = Self.site(Drawings())
        _ = await seen.pages["/"]?(nil)
        let long = await clock.measure { await seen.end(report: "", patience: .seconds(1)) }
        #expect(long >= .seconds(1))
    }
}
