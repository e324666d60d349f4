import Agent
import ArgumentParser
import Coordinator
import Foundation
import LinuxSystem
import Measures
import Plan
import Recording
import Report
import Schedule
import Verdict

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Send load from this host to a URL, measure from the intended start, judge thresholds.",
        discussion: """
            Open model: requests are due by the schedule and do not wait for each other; what a stalled server makes late \
            counts as late, and what was never sent counts as failed. No lab, no agent, no root.

              faultline load http://127.0.0.1:8080/ --rate 1000/s --duration 10s --below p99=50ms
              faultline load http://127.0.0.1:8080/ --rate 100/s --ramp-to 2000/s --duration 60s --html report.html
              faultline load http://127.0.0.1:8080/ --rate 500/s --expect-json /status=up --expect-header 'X-Cache: HIT'
              faultline load http://127.0.0.1:8080/ --rate 500/s --availability 99.9 --json | jq .outcome
              faultline load http://127.0.0.1:8080/ --http2 --rate 500/s --expect-header 'x-cache: HIT'
              faultline load redis://127.0.0.1:6379/0 --command 'GET user:{{random 1 1000}}' --rate 5000/s --expect-match '^user'
              faultline load postgres://app@127.0.0.1:5432/shop --query 'SELECT name FROM users WHERE id = $1' --prepared \
                  --parameter '{{users.id}}' --data users.csv --expect-rows 1 --password-variable FAULTLINE_PASSWORD --rate 500/s
              faultline load grpc://127.0.0.1:50051 --rate 500/s                 (the health of the whole server)
              faultline load grpc://127.0.0.1:50051/shop.Cart/Get --body base64:CAE= --expect-code NOT_FOUND --rate 500/s
              faultline load tcp://127.0.0.1:6379 --body $'PING\\r\\n' --expect line --expect-match '^.PONG' --rate 500/s
              faultline load udp://127.0.0.1:7 --body 'ping {{number}}' --rate 500/s
              faultline load 'dns://127.0.0.1:53/{{users.name}}.test?type=A' --data users.csv --expect-address 192.0.2.7 --rate 500/s
              faultline load icmp://127.0.0.1?size=1000 --rate 10/s

              faultline load 'http://127.0.0.1:8080/u/{{users.id}}?try={{number}}' --rate 500/s --data users.csv
              faultline load http://127.0.0.1:8080/ --trace arrivals.csv --speed 2
              faultline load http://127.0.0.1:8080/ --closed 64 --think 10ms     (to compare with other tools)

            By the URL's scheme: http://host:port/path (--http2: HTTP/2 with prior knowledge), grpc://host:port/SERVICE asks the \
            health service (nothing behind the port: about the whole server), grpc://host:port/package.Service/Method calls it \
            with --body as the message, tcp://host:port connects, or sends --body and waits for --expect, udp://host:port sends \
            numbered datagrams (or --body) and waits for the echo, dns://server:port/NAME?type=AAAA&over=tcp asks a name \
            server, icmp://host?size=1000 pings (root, or net.ipv4.ping_group_range). An option that says nothing of the URL's \
            protocol is an error.

            An answer that fails a check of --expect-… is not good. By protocol: --expect-body, --expect-match: http, grpc \
            (the message), redis (the reply as redis-cli --raw prints it), tcp, udp; --expect-json: http, redis, tcp, udp; \
            --expect-header: http, grpc (metadata); --expect-value, --expect-rows: postgres; --expect-address, \
            --expect-records: dns; --expect-code: grpc, dns. An experiment file has more tests: see README.

            Templates ({{number}}, {{uuid}}, {{random 1 6}}, {{users.name}}) stand in path, headers, body, command, parameters and \
            name. In --query without --prepared a column becomes a quoted literal; {{raw users.clause}} is put in as it is.

            Ctrl-C stops, and still reports. Ends with 0 when every threshold is met, 1 when one is missed, 3 when there is \
            too little data or the generator itself was late, 4 when it was stopped.
            """
    )

    @Argument(
        help:
            "Where requests go: http://host:port/path, https://, redis://user:password@host:6379/0 (rediss://: TLS), postgres://user:password@host:5432/database (?sslmode=verify-full: TLS), grpc:// (grpcs:), tcp://, udp://, dns:// or icmp://."
    ) var url: String
    @Option(help: "Requests due, with its unit: 1000/s, 30/min.") var rate: String?
    @Flag(help: "Exponential gaps instead of even ones (Poisson arrivals).") var poisson = false
    @Option(help: "The rate moves linearly to this one over the run.") var rampTo: String?
    @Option(
        help:
            "Arrivals of a file instead of a rate: one a line (seconds from the start, or stamps), or a table time,count.",
        completion: .file()
    )
    var trace: String?
    @Option(help: "Of a trace: 2 replays it twice as fast.") var speed: String?
    @Flag(name: .customLong("repeat"), help: "Of a trace: begin it again when it is over.") var repeats =
        false
    @Option(
        help:
            "Closed model instead of a rate: so many users, who ask again when answered. A stall hides itself there."
    )
    var closed: String?
    @Option(help: "Of a closed model: how long a user pauses between an outcome and the next request.")
    var think: String?
    @Option(
        name: .shortAndLong,
        help: "How long requests become due; default: 10s, or as long as the trace is."
    )
    var duration: String?
    @Option(help: "Most connections open at once; default: 64, or the users of a closed model.")
    var connections: String?
    @Option(help: "'never' for one connection a request, or the requests that one connection serves at most.")
    var reuse: String?
    @Option(help: "How often a request without an answer is sent again, counted apart; default: never.")
    var retries: String?
    @Option(help: "From the send; beyond it the outcome is unknown.") var timeout = "1s"
    @Option(
        help: "Of TLS (https, rediss, grpcs, postgres): whose certificates are believed, a PEM file.",
        completion: .file()
    )
    var cacert: String?
    @Flag(help: "Of TLS: believe any certificate.") var insecure = false
    @Option(help: "Of TLS: the name that the certificate must have; default: the URL's host.")
    var serverName: String?
    @Option(name: .shortAndLong, help: "HTTP method.") var method = "GET"
    @Option(name: [.customShort("H"), .long], help: "'Name: value', of HTTP or gRPC; may be repeated.")
    var header: [String] =
        []
    @Option(
        help:
            "Of a POST, PUT, PATCH or DELETE; the bytes of tcp:// and udp://, the message of grpc:// (hex:…, base64:…)."
    )
    var body = ""
    @Option(
        help:
            "What tcp:// waits for: echo, line, nothing, count:512, or the bytes themselves; udp://: echo or any."
    )
    var expect: String?
    @Flag(name: .customLong("http2"), help: "HTTP/2 with prior knowledge.") var isHTTP2 = false
    @Option(help: "HTTP/2, gRPC: requests under way on one connection, at most; default: 1.")
    var streams: String?
    @Option(help: "redis: commands under way on one connection, at most; default: 1.") var pipeline: String?
    @Option(
        help:
            "postgres: the next of $1, $2, … of a --prepared query; may be repeated."
    )
    var parameter: [String] = []
    @Option(help: "redis: what is asked, quoted as for redis-cli; default: PING.") var command: String?
    @Option(help: "redis: version of the protocol, 2 or 3.") var resp = "2"
    @Option(help: "postgres: what is asked; default: SELECT 1.") var query: String?
    @Flag(help: "postgres: parse once a connection, then only execute.") var prepared = false
    @Option(
        help:
            "redis, postgres: the environment variable with the password, FAULTLINE_…; other users see a URL in ps."
    )
    var passwordVariable: String?
    @Option(help: "CSV for {{users.name}} in what is asked: users.csv or users=FILE; may be repeated.")
    var data: [String] = []
    @Option(help: "What counts as good of http: a status or a range.") var status = "200-399"
    @Option(help: "What counts as good: answered within this, from the intended start.") var within: String?
    @Option(
        help: "What counts as good: the body (message, reply, datagram) holds this text; may be repeated."
    )
    var expectBody: [String] = []
    @Option(help: "What counts as good: the body matches this regular expression; may be repeated.")
    var expectMatch: [String] = []
    @Option(
        help: "What counts as good: '/pointer=value', a JSON pointer and what is there, or '/pointer' alone."
    )
    var expectJson: [String] = []
    @Option(help: "What counts as good: 'Name: value', a field of the answer; may be repeated.")
    var expectHeader: [String] = []
    @Option(
        help:
            "What counts as good of postgres: 'column=text' or 'row,column=text', columns by number or name; may be repeated."
    )
    var expectValue: [String] = []
    @Option(help: "What counts as good of postgres: so many rows, '3' or '1-10'.") var expectRows: String?
    @Option(help: "What counts as good of dns: an A or AAAA record with this address; may be repeated.")
    var expectAddress: [String] = []
    @Option(help: "What counts as good of dns: so many records in the answer, '3' or '1-10'.")
    var expectRecords: String?
    @Option(help: "What counts as good of grpc or dns: this code, such as NOT_FOUND or NXDOMAIN.")
    var expectCode: String?
    @Option(help: "A threshold such as p99=50ms; may be repeated. Missed: exit 1.") var below: [String] = []
    @Option(help: "A threshold: the least share of good requests, in percent, such as 99.9.")
    var availability: String?
    @Option(help: "With which thresholds are judged.") var confidence = "95%"
    @Option(help: "Decides Poisson arrivals. Default: random, recorded.") var seed: UInt64?
    @Option(
        help: "Keep the whole run in a folder below this one; default: only what is asked for.",
        completion: .directory
    )
    var results: String?
    @OptionGroup(title: "Others who look") var outlets: OutletOptions
    @Flag(help: "The verdict as JSON on standard output; nothing else is printed.") var json = false
    @Option(help: "A table of seconds, as CSV.", completion: .file()) var csv: String?
    @Option(help: "The HdrHistogram interval log.", completion: .file()) var hlog: String?
    @Option(help: "The report.", completion: .file()) var html: String?

    func run() async throws {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let outside = OutsideFiles.beside(here)
        var words = words
        if trace != nil, duration == nil { words.duration = try Self.length(of: words, outside).text }
        let text = words.yaml
        let plan = try Self.plan(text, outside)
        for path in [csv, hlog, html].compactMap({ $0 }) { try Self.checkFolder(of: path) }
        var generator = SystemRandomNumberGenerator()
        let parent = results.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        let folder = try RunFolder.create(
            in: parent,
            experiment: plan.name,
            at: Date(),
            suffix: UInt16.random(in: 0...UInt16.max, using: &generator)
        )
        defer { if results == nil { folder.discard() } }
        try folder.keep(outside)
        let seed = seed ?? UInt64(generator.next() >> 33)
        let observer = TerminalObserver(quiet: json)
        let schedule = Schedule(plan: plan, seed: seed)
        let outlets = try await outlets.open(for: plan, schedule, folder, beside: observer)
        let judge = try await AloneRunning(observer: observer, shown: outlets.observer).run(
            plan: plan,
            text: text,
            file: "load.yaml",
            seed: seed,
            in: folder
        )
        try await outlets.end(folder) { try finish(judge) }
    }

    private var words: LoadWords {
        var words = LoadWords()
        words.url = url
        words.method = method
        words.headers = header
        words.body = body
        words.command = command
        words.version = resp
        words.query = query
        words.isPrepared = prepared
        words.parameters = parameter
        words.passwordVariable = passwordVariable
        words.expect = expect
        words.isHTTP2 = isHTTP2
        words.streams = streams
        words.pipeline = pipeline
        words.timeout = timeout
        words.rate = rate ?? ""
        words.trace = trace
        words.speed = speed
        words.repeats = repeats
        words.closedUsers = closed
        words.think = think ?? "0s"
        words.reuse = reuse
        words.retries = retries
        words.data = data
        words.trust = insecure ? "anyone" : cacert.map { URL(fileURLWithPath: $0).path }
        words.serverName = serverName
        words.isPoisson = poisson
        words.rampTo = rampTo
        words.statuses = status
        words.within = within
        words.bodyTexts = expectBody
        words.bodyPatterns = expectMatch
        words.jsonValues = expectJson
        words.answerHeaders = expectHeader
        words.resultValues = expectValue
        words.resultRows = expectRows
        words.addresses = expectAddress
        words.records = expectRecords
        words.answerCode = expectCode
        words.connections = connections
        words.below = below
        words.availability = availability
        words.confidence = confidence
        words.duration = duration ?? words.duration
        return words
    }

    func validate() throws {
        guard rate != nil || closed != nil || trace != nil else {
            throw ValidationError(
                "how many requests? Give --rate 1000/s, --trace FILE, or --closed 64 for a closed model"
            )
        }
        let others = [("--rate", rate != nil), ("--poisson", poisson), ("--ramp-to", rampTo != nil)]
        if closed != nil, let other = others.first(where: \.1)?.0 {
            throw ValidationError("--closed and \(other) do not go together; give one of them")
        }
        if trace != nil, let other = (others + [("--closed", closed != nil)]).first(where: \.1)?.0 {
            throw ValidationError("--trace and \(other) do not go together; give one of them")
        }
        if trace == nil, speed != nil || repeats {
            throw ValidationError("--speed and --repeat are of a trace; give --trace FILE too")
        }
        if repeats, duration == nil {
            throw ValidationError("a trace that repeats has no end; give --duration 60s too")
        }
        if poisson, rampTo != nil {
            throw ValidationError("--poisson and --ramp-to do not go together; give one of them")
        }
        if let misplaced = words.misplaced { throw ValidationError(misplaced) }
        if think != nil, closed == nil {
            throw ValidationError("--think is of a closed model; give --closed 64 too")
        }
        if insecure, cacert != nil {
            throw ValidationError("--insecure and --cacert do not go together; give one of them")
        }
        for header in header where !header.contains(":") {
            throw ValidationError("--header is '\(header)'; expected 'Name: value'")
        }
        for header in expectHeader where !header.contains(":") {
            throw ValidationError("--expect-header is '\(header)'; expected 'Name: value'")
        }
    }

    /// As long as the trace, a millisecond more than nothing; at most as long as a run may be.
    private static func length(of words: LoadWords, _ outside: OutsideFiles) throws -> Duration {
        var longest = words
        longest.duration = Reader.longest.text
        let plan = try plan(longest.yaml, outside)
        guard case .trace(let trace)? = plan.loads.first?.arrivals else { return .seconds(10) }
        let milliseconds = trace.replayedLength.nanoseconds / 1_000_000 + 1
        return min(Reader.longest, max(.seconds(1), .milliseconds(milliseconds)))
    }

    /// What is wrong with the words, without the places of a file that nobody wrote.
    private static func plan(_ text: String, _ outside: OutsideFiles) throws -> Plan {
        do {
            return try Plan(yaml: text, fileName: "load.yaml", outside: outside)
        } catch {
            let lines = error.diagnostics.map { diagnostic in
                diagnostic.message + (diagnostic.nearest.map { ". Did you mean '\($0)'?" } ?? "")
            }
            throw FileError(
                code: "load.usage",
                message: lines.joined(separator: "\n") + "\nnothing was sent; see faultline load --help"
            )
        }
    }

    /// Before the load, not after it.
    private static func checkFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw FileError(
                code: "load.output",
                message: "\(path): cannot be written there; is there a folder \(folder)? Nothing was sent"
            )
        }
    }

    private func finish(_ judge: Judge) throws {
        let folder = judge.folder
        let judgement = try Judging.judged(judge, quiet: json)
        for remark in judgement.remarks { Console.error("note: \(remark)") }
        if results != nil { Judging.list(folder) }
        Judging.tell(judgement)
        let log = try folder.read(folder.histogramLog)
        if let html { try folder.write(judgement.report.html, to: URL(fileURLWithPath: html)) }
        if let hlog { try folder.write(String(decoding: log, as: UTF8.self), to: URL(fileURLWithPath: hlog)) }
        if let csv {
            let entries = HistogramLog.entries(String(decoding: log, as: UTF8.self))
            let table = SecondsCSV(judgement.timeline, intervals: entries)
            try folder.write(table.text, to: URL(fileURLWithPath: csv))
        }
        if json {
            Console.print(judgement.report.verdictJSON)
        } else {
            Console.print(LoadText.render(judgement.timeline) + "\n" + VerdictText.targets(judgement.verdict))
            let written = [html, hlog, csv, results == nil ? nil : folder.path].compactMap { $0 }
            if !written.isEmpty { Console.print("written: \(written.joined(separator: ", "))") }
        }
        guard judgement.verdict.exitCode == 0 else {
            throw ArgumentParser.ExitCode(judgement.verdict.exitCode)
        }
    }
}
