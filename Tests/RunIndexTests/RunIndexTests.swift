import Foundation
import Measures
import Recording
import Testing
import Verdict

@testable import RunIndex

struct RunIndexTests {
    @Test("the list is what the folders say: new ones come in, changed ones change, removed ones go")
    func truth() throws {
        try withResults { results in
            #expect(try RunIndex(of: results.url).runs() == [])
            try results.add("a", started: 100)
            try results.add("b", started: 200, outcome: .missed)
            try results.add("unfinished", started: 300, outcome: nil)
            let index = try RunIndex(of: results.url)
            #expect(try index.runs().map(\.folder) == ["unfinished", "b", "a"])
            #expect(try index.runs().map(\.outcome) == [nil, .missed, .met])
            try results.add("unfinished", started: 300, outcome: .inconclusive)
            try FileManager.default.removeItem(at: results.url.appending(path: "a"))
            #expect(try index.runs().map(\.outcome) == [.inconclusive, .missed])
            #expect(try RunIndex(of: results.url).runs() == index.runs())
        }
    }

    @Test("experiment, outcome, since and limit choose, the latest first")
    func filters() throws {
        try withResults { results in
            for number in 0..<20 {
                try results.add(
                    "r\(number)",
                    experiment: number % 2 == 0 ? "even" : "odd",
                    started: Double(number),
                    outcome: number % 5 == 0 ? .missed : .met
                )
            }
            let index = try RunIndex(of: results.url)
            let found = { (filter: RunFilter) in try index.runs(filter).map(\.folder) }
            #expect(try found(RunFilter(experiment: "odd", limit: 2)) == ["r19", "r17"])
            #expect(try found(RunFilter(outcome: .missed)) == ["r15", "r10", "r5", "r0"])
            #expect(try found(RunFilter(experiment: "even", outcome: .missed, since: 1)) == ["r10"])
            #expect(try found(RunFilter(since: 18)) == ["r19", "r18"])
            #expect(try found(RunFilter(limit: 0)) == [])
        }
    }

    @Test(
        "a damaged index, one of another version and one that is cut off are made anew",
        arguments: ["garbage", "torn", "version"]
    )
    func damaged(how: String) throws {
        try withResults { results in
            for number in 0..<200 { try results.add("r\(number)", started: Double(number)) }
            let before = try RunIndex(of: results.url).runs()
            let file = results.url.appending(path: "runs.sqlite")
            var bytes = try Data(contentsOf: file)
            switch how {
            case "garbage": bytes = Data("this is no database, and never was one".utf8)
            case "torn": bytes = bytes.prefix(bytes.count / 2 + 100)
            // user_version: https://www.sqlite.org/fileformat.html, section 1.3, bytes 60 to 63.
            default: bytes.replaceSubrange(60..<64, with: [0, 0, 0, 9])
            }
            try bytes.write(to: file)
            let again = try RunIndex(of: results.url)
            #expect(again.remark == nil)
            #expect(try again.runs() == before)
        }
    }

    @Test(
        "every byte of the index may be any other: the list is still what the folders say, or they alone answer"
    )
    func fuzzed() throws {
        try withResults { results in
            for number in 0..<5 { try results.add("r\(number)", started: Double(number)) }
            let before = try RunIndex(of: results.url).runs()
            let file = results.url.appending(path: "runs.sqlite")
            let sound = try Data(contentsOf: file)
            var generator = SeededGenerator(seed: 4)
            for _ in 0..<150 {
                var bytes = sound
                for _ in 0..<Int.random(in: 1...40, using: &generator) {
                    let at = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[at] = UInt8.random(in: 0...255, using: &generator)
                }
                try bytes.write(to: file)
                // Rows whose text was changed without a trace elsewhere cannot be told; nothing may trap or hang.
                let runs = try? RunIndex(of: results.url).runs()
                #expect(runs == nil || runs?.count ?? 0 <= before.count + 1)
            }
        }
    }

    @Test("another program's database of this name is left as it is, and the folders answer")
    func foreign() throws {
        try withResults { results in
            try results.add("a", started: 1)
            let file = results.url.appending(path: "runs.sqlite")
            try Foreign.make(file)
            let bytes = try Data(contentsOf: file)
            let index = try RunIndex(of: results.url)
            #expect(index.remark?.contains("another program") == true)
            #expect(try index.runs().map(\.folder) == ["a"])
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test("many that write at once leave one whole index", .timeLimit(.minutes(2)))
    func atOnce() async throws {
        try await withResults { results in
            for number in 0..<60 { try results.add("r\(number)", started: Double(number)) }
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<6 {
                    group.addTask {
                        for number in 0..<10 {
                            do {
                                try results.add("w\(worker)-\(number)", started: 1000 + Double(number))
                                _ = try RunIndex(of: results.url).runs()
                            } catch {
                                Issue.record(error)
                            }
                        }
                    }
                }
            }
            #expect(try RunIndex(of: results.url).runs().count == 120)
        }
    }
}

/// A folder with runs' folders, as a run leaves them, without what the index does not read.
struct MadeResults: Sendable {
    let url: URL

    func add(
        _ name: String,
        experiment: String = "trial",
        started: Double,
        outcome: Verdict.Outcome? = .met
    ) throws {
        let folder = url.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let header = RunHeader(
            experiment: experiment,
            summary: "",
            planDigest: "d",
            seed: 1,
            startedAt: Date(timeIntervalSince1970: started).formatted(.iso8601),
            durationNanoseconds: 10_000_000_000,
            faultlineVersion: "0",
            hosts: []
        )
        try JSONEncoder().encode(header).write(to: folder.appending(path: "plan.json"), options: .atomic)
        guard let outcome else { return }
        let verdict = Verdict(
            experiment: experiment,
            planDigest: "d",
            seed: 1,
            outcome: outcome,
            exitCode: outcome.exitCode.rawValue,
            findings: [],
            incidents: [],
            phases: [],
            faults: [],
            loads: [
                LoadFigures(load: "web", due: 10, good: 9, p50Milliseconds: 1, p99Milliseconds: started)
            ]
        )
        try JSONEncoder().encode(verdict).write(to: folder.appending(path: "verdict.json"), options: .atomic)
    }
}

func withResults(_ body: (MadeResults) async throws -> Void) async throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "fl-runs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try await body(MadeResults(url: url))
}

func withResults(_ body: (MadeResults) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "fl-runs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(MadeResults(url: url))
}
