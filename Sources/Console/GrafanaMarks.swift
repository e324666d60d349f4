import Foundation
package import Recording
import Synchronization
import Telemetry

/// Marks faults in Grafana: an annotation when the first host begins, which gets its end when the last host has ended.
package final class GrafanaMarks: Sendable {
    /// The environment variable with the token of a service account; never written anywhere.
    package static let variable = "FAULTLINE_GRAFANA_TOKEN"

    private struct State {
        var faults = AnnotatedFaults()
        /// Grafana's numbers of those that it took.
        var numbers: [String: Int64] = [:]
    }

    private let postbox: Postbox
    private let target: WebTarget
    private let tags: [String]
    /// For people, by fault: "delay 100ms on web1".
    private let words: [String: String]
    private let state = Mutex(State())
    private let steps: AsyncStream<AnnotatedFaults.Step>.Continuation
    private let sending: Mutex<Task<Void, Never>?>

    /// - Parameters:
    ///   - token: nil: none is sent.
    ///   - tags: of every annotation, besides the fault's name.
    ///   - note: is told once when Grafana does not take one.
    package init(
        to target: WebTarget,
        token: String?,
        tags: [String],
        words: [String: String],
        note: @escaping @Sendable (String) -> Void
    ) {
        postbox = Postbox(
            to: "Grafana",
            headers: token.map { [("authorization", "Bearer \($0)")] } ?? [],
            note: note
        )
        self.target = target
        self.tags = tags
        self.words = words
        let (stream, steps) = AsyncStream.makeStream(
            of: AnnotatedFaults.Step.self,
            bufferingPolicy: .bufferingOldest(1024)
        )
        self.steps = steps
        sending = Mutex(nil)
        sending.withLock { $0 = Task { for await step in stream { await send(step) } } }
    }

    /// - Parameter at: milliseconds since 1970.
    package func add(_ event: InjectionEvent, on host: String, at: Int64) {
        if let step = state.withLock({ $0.faults.add(event, on: host, at: at) }) { steps.yield(step) }
    }

    /// The run is over; what cannot be sent within a few seconds is lost.
    package func stop(at: Int64) async {
        for step in state.withLock({ $0.faults.finish(at: at) }) { steps.yield(step) }
        steps.finish()
        await sending.withLock { $0 }?.value
        await postbox.close()
    }

    private func send(_ step: AnnotatedFaults.Step) async {
        switch step {
        case .begin(let fault, let at):
            let annotation = annotation(of: fault, from: at, to: nil)
            await postbox.send(
                Postbox.Letter(url: target.url("/api/annotations"), annotation.tree) { [self] answer in
                    guard let number = Self.number(in: answer) else { return }
                    state.withLock { $0.numbers[fault] = number }
                }
            )
        case .end(let fault, let from, let to):
            // In their order: the beginning has been taken by now, or has been given up.
            await postbox.idle()
            if let number = state.withLock({ $0.numbers[fault] }) {
                await postbox.send(
                    Postbox.Letter(
                        method: "PATCH",
                        url: target.url("/api/annotations/\(number)"),
                        GrafanaAnnotation.end(at: to)
                    )
                )
            } else {
                let annotation = annotation(of: fault, from: from, to: to)
                await postbox.send(Postbox.Letter(url: target.url("/api/annotations"), annotation.tree))
            }
        }
    }

    private func annotation(of fault: String, from: Int64, to: Int64?) -> GrafanaAnnotation {
        let name = fault.split(separator: "#").first.map(String.init) ?? fault
        return GrafanaAnnotation(
            time: from,
            timeEnd: to,
            tags: tags + [name],
            text: "\(fault): \(words[fault] ?? "a fault")"
        )
    }

    /// "id" of what Grafana answers, whatever else does.
    static func number(in answer: Data) -> Int64? {
        struct Answer: Decodable { let id: Int64 }
        return (try? JSONDecoder().decode(Answer.self, from: answer)).flatMap { $0.id > 0 ? $0.id : nil }
    }
}
