import ArgumentParser
import Measures
import Statistics

struct NinesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nines",
        abstract: "What an availability allows: downtime by period, and what it usually takes.",
        discussion: """
              faultline nines                 2 to 10 nines
              faultline nines 99.95           one level, and how often outages of a length fit into it
              faultline nines --year 365.25   another year; the default is 365 days

            The figures are exact. What a level usually takes is practice, not derivation; from seven nines on it is \
            an estimate.
            """
    )

    @Argument(help: "A percentage such as 99.95; all of 2 to 10 nines when left out.") var percent: String?
    @Option(help: "Days of a year: 365, 365.25 or 365.2425.") var year = "365"
    @Flag(help: "JSON.") var json = false

    func run() throws {
        guard let periods = NinesPeriods(year: year) else {
            throw ValidationError("a year has 365, 365.25 or 365.2425 days, not \(year)")
        }
        let levels = try self.levels()
        let lines = try levels.map { try Line($0, periods) }
        if json { return try Console.json(lines) }
        Console.print(Self.table(lines, periods))
        if let percent, let level = levels.first {
            Console.print(try Self.affordable(percent, level.percent, yearSeconds: periods.yearSeconds))
        }
    }

    private struct Level {
        let percent: ExactDecimal
        let usuallyTakes: String
        let isEstimate: Bool
    }

    private func levels() throws -> [Level] {
        guard let percent else {
            return NinesTable.rows.map {
                Level(percent: $0.percent, usuallyTakes: $0.usuallyTakes, isEstimate: $0.isEstimate)
            }
        }
        let text = percent.hasSuffix("%") ? String(percent.dropLast()) : percent
        guard let value = ExactDecimal(text), value > ExactDecimal(0), value < ExactDecimal(100) else {
            throw ValidationError("\"\(percent)\" is no percentage between 0 and 100; for example 99.95")
        }
        let row = NinesTable.row(reachedBy: value)
        return [
            Level(
                percent: value,
                usuallyTakes: row?.usuallyTakes ?? "less than two nines",
                isEstimate: row?.isEstimate ?? false
            )
        ]
    }

    private struct Line: Encodable {
        let percent: String
        let downtime: [String: String]
        let downtimeSeconds: [String: String]
        let usuallyTakes: String
        let isEstimate: Bool

        init(_ level: Level, _ periods: NinesPeriods) throws {
            percent = level.percent.description
            var human: [String: String] = [:]
            var seconds: [String: String] = [:]
            for (name, period) in periods.columns {
                let downtime = try NinesTable.downtime(percent: level.percent, in: period)
                human[name] = DowntimeText.human(seconds: downtime)
                seconds[name] = downtime.description
            }
            downtime = human
            downtimeSeconds = seconds
            usuallyTakes = level.usuallyTakes
            isEstimate = level.isEstimate
        }
    }

    private static func table(_ lines: [Line], _ periods: NinesPeriods) -> String {
        let names = periods.columns.map(\.name)
        let header = ["availability"] + names
        let rows = lines.map { line in ["\(line.percent) %"] + names.map { line.downtime[$0] ?? "" } }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        let text = ([header] + rows).map { row in
            zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
        }
        let takes = lines.map { line in
            "\(line.percent) %".padding(to: widths[0]) + "  \(line.usuallyTakes)"
                + (line.isEstimate ? " (an estimate)" : "")
        }
        return "Downtime that each level allows, per \(periods.yearDays)-day year and shorter:\n\n"
            + text.joined(separator: "\n") + "\n\nWhat it usually takes:\n\n" + takes.joined(separator: "\n")
    }

    private static func affordable(_ text: String, _ percent: ExactDecimal, yearSeconds: Double) throws
        -> String
    {
        let lengths: [Duration] = [
            .milliseconds(100), .seconds(1), .seconds(10), .seconds(60), .seconds(300), .seconds(3600),
        ]
        let rows = lengths.map { length in
            let rate = Affordable.perYear(
                objectivePercent: percent,
                outage: length,
                shareHit: 1,
                yearSeconds: yearSeconds
            )
            return
                "  outages of \(length.text.padding(to: 6)) \(rate >= 100 ? rate.fixed(0) : rate.fixed(3)) a year"
        }
        return "\nHow often \(text) can afford a full outage of this length:\n\n"
            + rows.joined(separator: "\n")
    }
}

extension String {
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
