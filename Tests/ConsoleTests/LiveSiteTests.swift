import ConsoleSupport
import Foundation
import Plan
import Report
import Synchronization
import TestSupport
import Testing

@testable import Console

@Suite("A live page's site", .serialized)
struct LiveSiteTests {
    @Test("nothing is drawn while nobody looks, and the report takes the page's place")
    func places() async throws {
        let drawings = Drawings()
        let site = drawings.site
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
        let unseen = Drawings().site
        let short = await clock.measure { await unseen.end(report: "", patience: .seconds(3)) }
        #expect(short < .seconds(2))
        let seen = Drawings().site
        _ = await seen.pages["/"]?(nil)
        let long = await clock.measure { await seen.end(report: "", patience: .seconds(1)) }
        #expect(long >= .seconds(1))
    }
}
