package import Decomposition
package import Plan
package import Timeline
package import Verdict

/// A judged run as text for people and for machines. Pure: the same values give the same bytes; nothing is read, fetched
/// or executed, and what the names and messages say is never markup.
package struct Report: Sendable {
    let timeline: Timeline
    let verdict: Verdict
    let experimentFile: String
    let markers: [LatencyMarker]
    let loadFacts: [LoadFacts]
    /// nil: nothing was captured.
    let decomposition: Decomposition?

    /// - Parameters:
    ///   - experimentFile: the experiment's text as it was run, shown in the method box.
    ///   - plan: where it is at hand, the latency targets are drawn into the spectrum and the method box names rates
    ///     and connections.
    package init(
        timeline: Timeline,
        verdict: Verdict,
        experimentFile: String,
        plan: Plan? = nil,
        decomposition: Decomposition? = nil
    ) {
        self.init(
            timeline: timeline,
            verdict: verdict,
            experimentFile: experimentFile,
            markers: plan.map { LatencyMarker.markers(of: $0.targets) } ?? [],
            loadFacts: plan.map { $0.loads.map(LoadFacts.init) } ?? [],
            decomposition: decomposition
        )
    }

    init(
        timeline: Timeline,
        verdict: Verdict,
        experimentFile: String,
        markers: [LatencyMarker],
        loadFacts: [LoadFacts],
        decomposition: Decomposition? = nil
    ) {
        self.timeline = timeline
        self.verdict = verdict
        self.experimentFile = experimentFile
        self.markers = markers
        self.loadFacts = loadFacts
        self.decomposition = decomposition
    }

    /// report.html: one file, inline SVG, no script, nothing from the network. Also well-formed as XML.
    package var html: String { HTMLPage(report: self).text }

    /// report.md: GitHub's Markdown, at most 900 kB (a step summary takes 1024 KiB).
    package var markdown: String { MarkdownPage(report: self).text }

    /// junit.xml: a case for each target and for each incident.
    package var junit: String { JUnitDocument(report: self).text }

    /// verdict.json: keys sorted, so that equal verdicts are equal bytes.
    package var verdictJSON: String { VerdictDocument(verdict: verdict).text }
}
