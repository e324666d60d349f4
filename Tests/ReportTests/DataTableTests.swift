import Testing

@testable import Report

@Suite("A table of more rows than anybody reads")
struct DataTableTests {
    private func table(_ count: Int, most: Int?, marked: Set<Int>) -> DataTable {
        DataTable(
            [.text("Host"), .text("Effect")],
            most: most,
            rows: (0..<count).map { row in
                [DataTable.Cell("h\(row)"), DataTable.Cell("x", mark: marked.contains(row) ? .missed : .met)]
            }
        )
    }

    @Test("shows what is remarkable, then the first, in their order, and says how many are left")
    func bounded() {
        let text = table(10, most: 4, marked: [3, 8]).markdown
        let hosts = text.matches(of: /\| h(\d+) \|/).map { String($0.1) }
        #expect(hosts == ["0", "1", "3", "8"])
        #expect(text.contains("and 6 more rows"))
        let html = table(10, most: 4, marked: [3, 8]).html(caption: "").rendered
        #expect(html.contains("h8") && !html.contains("h9") && html.contains("and 6 more rows"))
    }

    @Test("of no more rows, or where all are wanted, all are shown", arguments: [nil, 10, 11])
    func whole(most: Int?) {
        let text = table(10, most: most, marked: []).markdown
        #expect(text.matches(of: /\| h\d+ \|/).count == 10 && !text.contains("more rows"))
    }
}
