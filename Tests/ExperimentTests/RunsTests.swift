import Foundation
import TestSupport
import Testing
import Verdict

/// The list of runs, after real ones.
@Suite(.serialized, .requiresRoot) struct RunsTests {
    @Test(.timeLimit(.minutes(3)))
    func `every run is in the list when it ends, also of two at once, and the index may be lost`()
        async throws
    {
        try await LoadCommandTests().withSite { site in
            let words = { (objective: String) in
                [
                    LoadCommandTests.url, "--rate", "200/s", "-d", "1s", "--availability", objective,
                    "--results", "results",
                ]
            }
            // One that 200 requests are too few for, and two at once.
            let short = try site.load(words("99.9"))
            #expect(short.code == 3, "\(short.text)")
            let one = try site.start(words("90"))
            let other = try site.start(words("90"))
            #expect(one.wait(atMost: .seconds(60)) == 0, "\(one.text)")
            #expect(other.wait(atMost: .seconds(60)) == 0, "\(other.text)")

            let index = site.folder.appending(path: "results/runs.sqlite")
            #expect(FileManager.default.fileExists(atPath: index.path), "written at the end of a run")
            let runs = { (words: [String]) in
                let result = try Program.run(
                    ["runs"] + words + ["--results", "results", "--json"],
                    in: site.folder.path
                )
                #expect(result.code == 0, "\(result.text)")
                return try JSONDecoder().decode([RunSummary].self, from: Data(result.text.utf8))
            }
            let all = try runs([])
            #expect(all.map(\.outcome) == [.met, .met, .inconclusive])
            #expect(
                all.allSatisfy {
                    $0.due == 200 && $0.p99Milliseconds != nil && $0.experiment == all[0].experiment
                }
            )
            #expect(try runs(["--outcome", "inconclusive"]) == [all[2]])
            #expect(try runs(["--limit", "1"]) == [all[0]])
            #expect(try runs(["--since", "1h"]) == all)
            #expect(try runs(["--since", "2100-01-01"]) == [])
            #expect(try runs(["--experiment", "other"]) == [])

            try FileManager.default.removeItem(at: index)
            #expect(try runs([]) == all)
            try Data("rubbish that is no database".utf8).write(to: index)
            #expect(try runs([]) == all)
            try FileManager.default.removeItem(at: site.folder.appending(path: "results/\(all[1].folder)"))
            #expect(try runs([]) == [all[0], all[2]])

            let list = try Program.run(["runs", "--results", "results"], in: site.folder.path)
            #expect(list.text.contains(all[0].folder) && list.text.contains("? "), "\(list.text)")
            let trend = try Program.run(
                ["runs", "trend", all[0].experiment, "--results", "results", "--html", "trend.html"],
                in: site.folder.path
            )
            #expect(trend.code == 0 && trend.text.contains("?✓"), "\(trend.text)")
            #expect(site.file("trend.html").contains("<svg"))
            let unknown = try Program.run(
                ["runs", "trend", "nothing", "--results", "results"],
                in: site.folder.path
            )
            #expect(unknown.code == 2 && unknown.text.contains(all[0].experiment), "\(unknown.text)")
            #expect(try Program.run(["runs", "--since", "soon"], in: site.folder.path).code == 2)
        }
    }
}
