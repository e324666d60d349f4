import AsyncHTTPClient
package import Foundation
import Measures
import NIOCore
import NIOHTTP1
package import Telemetry

/// Sends documents to one far end, one after another, on a task of its own. Whoever gives it something never waits: what is
/// too much is left out, the oldest first, and what cannot be sent is tried again a few times and then left out. The first
/// that was is told, and the rest only counted.
package actor Postbox {
    package struct Letter: Sendable {
        let method: String
        let url: String
        let tree: JSONTree
        /// A later letter with the same name takes this one's place while it waits; nil: each is sent.
        let replaces: String?
        /// Is given what the far end answered, when it took it.
        let answered: (@Sendable (Data) async -> Void)?

        package init(
            method: String = "POST",
            url: String,
            _ tree: JSONTree,
            replaces: String? = nil,
            answered: (@Sendable (Data) async -> Void)? = nil
        ) {
            self.method = method
            self.url = url
            self.tree = tree
            self.replaces = replaces
            self.answered = answered
        }
    }

    /// Letters that wait.
    static let mostWaiting = 256
    private static let mostTries = 3
    private static let timeout = TimeAmount.seconds(5)
    /// Bytes of an answer that are read.
    private static let longestAnswer = 65_536

    private let client: HTTPClient
    /// Never written anywhere: it may hold a token.
    private let headers: [(String, String)]
    private let name: String
    private let note: @Sendable (String) -> Void
    private var waiting: [Letter] = []
    private var isSending = false
    private var isGivenUp: Bool { current?.isCancelled ?? false }
    /// What is lost now is lost: nobody waits for a far end that did not take the last letter either.
    private var isClosing = false
    private var tries: Int { isClosing && lost > 0 ? 1 : Self.mostTries }
    private var current: Task<Void, Never>?
    private var idlers: [CheckedContinuation<Void, Never>] = []
    private(set) var sent = 0
    private(set) var lost = 0

    /// - Parameters:
    ///   - name: of the far end, for people: "Grafana".
    ///   - headers: of each request.
    ///   - note: is told once what went wrong.
    package init(
        to name: String,
        headers: [(String, String)],
        note: @escaping @Sendable (String) -> Void
    ) {
        self.name = name
        self.headers = headers
        self.note = note
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(2), read: Self.timeout)
        )
        configuration.connectionPool.idleTimeout = .seconds(30)
        // It would try for all of the timeout, and whoever waits would hear of a far end that is not there at the run's end.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func send(_ letter: Letter) {
        if let name = letter.replaces, let index = waiting.firstIndex(where: { $0.replaces == name }) {
            waiting[index] = letter
        } else {
            waiting.append(letter)
        }
        if waiting.count > Self.mostWaiting {
            waiting.removeFirst()
            lose("more is to be sent than it takes")
        }
        guard !isSending else { return }
        isSending = true
        current = Task { await work() }
    }

    /// All that it was given is sent or lost when this returns.
    func idle() async {
        guard isSending else { return }
        await withCheckedContinuation { idlers.append($0) }
    }

    /// Waits until all is sent or lost, at most so long; nothing is sent afterwards.
    package func close(within limit: Duration = .seconds(5)) async {
        isClosing = true
        let timer = Task {
            try await Task.sleep(for: limit)
            giveUp()
        }
        await idle()
        timer.cancel()
        try? await client.shutdown()
    }

    private func work() async {
        while !waiting.isEmpty { await deliver(waiting.removeFirst()) }
        isSending = false
        for idler in idlers { idler.resume() }
        idlers = []
    }

    private func giveUp() {
        if !waiting.isEmpty { lose("it is too slow") }
        waiting = []
        current?.cancel()
    }

    private func deliver(_ letter: Letter) async {
        var cause = ""
        for attempt in 0..<Self.mostTries where attempt < tries && !isGivenUp {
            // Half a second, then one.
            if attempt > 0 { try? await Task.sleep(for: .milliseconds(250 << attempt)) }
            do {
                let (status, body) = try await exchange(letter)
                if (200...299).contains(status) {
                    sent += 1
                    await letter.answered?(body)
                    return
                }
                cause = "it answered \(status)"
                // What it does not want it will not want later (RFC 9110, section 15.5), but for these.
                guard status >= 500 || status == 429 || status == 408 else { break }
            } catch {
                cause = Self.words(error)
            }
        }
        lose(cause.isEmpty ? "it is too slow" : cause)
    }

    private func exchange(_ letter: Letter) async throws -> (UInt, Data) {
        var request = HTTPClientRequest(url: letter.url)
        request.method = .init(rawValue: letter.method)
        request.headers.add(name: "content-type", value: "application/json")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        request.body = .bytes(ByteBuffer(bytes: try encoder.encode(letter.tree)))
        let response = try await client.execute(request, timeout: Self.timeout)
        let body = try await response.body.collect(upTo: Self.longestAnswer)
        return (response.status.code, Data(body.readableBytesView))
    }

    private func lose(_ cause: String) {
        lost += 1
        guard lost == 1 else { return }
        note("\(name) does not take what is sent to it (\(cause)); the run goes on without")
    }

    /// Without the request, which may hold a token.
    private static func words(_ error: any Error) -> String {
        (error as? HTTPClientError)?.shortDescription ?? "no connection"
    }
}
