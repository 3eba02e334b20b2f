"""Front door 3: other programs and a browser, over MCP and HTTP.  `running` starts either; read that first.

running    what `askcorpus mcp` and `askcorpus serve` start
desk       what both ask of a corpus, as JSON
tools      MCP: what a language model can ask for
"""
