import Foundation
import FoundationXML

/// What a real XML parser says of a page: its elements in order, or where it is broken.
final class XMLOutline: NSObject, XMLParserDelegate {
    struct Entry {
        let name: String
        let attributes: [String: String]
        let depth: Int
        /// Names of the elements around it, the outermost first.
        let path: [String]
        var text = ""
    }

    private(set) var entries: [Entry] = []
    private(set) var problem: String?
    private var open: [Int] = []

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() {
            problem = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
        }
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        let path = open.map { entries[$0].name }
        open.append(entries.count)
        entries.append(Entry(name: name, attributes: attributes, depth: path.count, path: path))
    }

    func parser(
        _ parser: XMLParser,
        didEndElement name: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        for index in open { entries[index].text += text }
    }

    func named(_ name: String) -> [Entry] { entries.filter { $0.name == name } }
}
