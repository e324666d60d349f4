package import Console
import Plan
package import Report
package import Synchronization

/// Numbers the pages that were drawn.
package final class Drawings: Sendable {
    package let count = Mutex(0)
    package let fragments = Mutex(0)

    package init() {}

    package var page: LivePage {
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

    /// A site that shows them.
    package var site: LiveSite {
        LiveSite(
            LiveSite.View(
                page: { self.page.html },
                fragment: {
                    self.fragments.withLock { $0 += 1 }
                    return self.page.fragment
                },
                script: LiveScript.text,
                endFragment: LivePage.judgedFragment
            )
        )
    }
}
