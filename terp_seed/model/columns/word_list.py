"""The word list of made-up texts: plain words that name nobody and nothing that a database could look for.

A change moves the data of every published seed that has texts, so words are never added, removed or reordered.
"""

_TEXT = """
    able amber ample angle apple arch arrow autumn basket beacon berry birch blanket bold border bottle branch brass breeze
    brick bridge bright broad bronze bucket button cabin calm candle canvas canyon carpet cedar chalk charm clay clear cliff
    cloud clover coast cobalt compass copper coral corner cotton crate crisp crystal curtain daily dawn deep delta desert
    distant drift drum early earth east echo ember engine evening fabric fair feather fence fern field flame flint flute fog
    forest fountain fresh frost garden gentle glass gold grain granite grass gravel green grove harbour harvest hazel hedge
    hidden hill hollow honey horizon island ivory jasmine kettle kind ladder lake lantern large leaf ledge lemon level light
    linen little lively loud lunar maple marble meadow mellow melon metal mild mint mirror misty modern moss mountain narrow
    neat nickel noble north ocean olive orange orchard oval paper pasture path pearl pebble pepper pine plain planet plum
    polar pond prairie quarry quick quiet rain rapid reef ribbon ridge river road rocky round sail salt sand scarlet season
    shadow shell shore silent silk silver simple slate small smooth snow soft solid south spark spring steady stone stream
    summer sunny swift table tall tender thunder tide timber tower trail tulip umber valley velvet village violet warm water
    west wheat wide willow wind window winter wooden yellow young zinc
    """
WORDS = tuple(_TEXT.split())
