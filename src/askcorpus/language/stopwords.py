"""Which words carry no meaning of their own?  Function and question words only; lists that also drop "second" or "first" lose answers."""

STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a an the of in on at by for from to with as and or but if then than that this these those is are was were be been "
        "being am do does did doing done has have had having it its he she they them their his her hers theirs i you we our us my "
        "me your him who whom whose which what when where why how much many not no nor so such can could will would shall should "
        "may might must s t d ll re ve m about into there here also just only very some any each other own same too because "
        "until while upon within per via",
        "de": "der die das den dem des ein eine einer eines einem einen und oder aber wenn dann als dass daß dies dieser diese "
        "dieses diesem diesen jener jene ist sind war waren sein gewesen bin hat haben hatte hatten wird werden wurde wurden er "
        "sie es ihm ihr ihn ihnen wir uns ich du man sich mein dein seine seiner seinem seinen ihre ihrer ihrem ihren in im an am "
        "auf aus bei beim von vom vor zu zum zur mit nach über unter um für durch gegen ohne bis wer wen wem was wann wo woher "
        "wohin warum wieso weshalb wie viel viele welche welcher welches welchen welchem nicht kein keine so nur auch noch schon "
        "kann können konnte konnten muss soll sollte worden",
        "es": "el la los las un una unos unas de del al a en por para con sin sobre entre y e o u pero si no ni que quien quién "
        "quienes quiénes cual cuál cuales cuáles qué cuando cuándo donde dónde como cómo cuanto cuánto cuanta cuánta cuantos "
        "cuántos cuantas cuántas porque es son era eran fue fueron ser sido está están estaba ha han había habían haber hay tiene "
        "tenía se su sus lo le les él ella ello ellos ellas yo tú nosotros mi tu este esta esto estos estas ese esa esos esas "
        "aquel aquella más muy ya también",
        "fr": "le la les l un une des de du d à au aux en dans par pour avec sans sur sous entre et ou mais si ne pas ni que qu qui "
        "quoi dont où quand comment combien pourquoi quel quelle quels quelles est sont était étaient être été a ont avait avaient "
        "avoir eu fut furent se s sa son ses leur leurs il elle ils elles on nous vous je tu me te ce c cet cette ces cela ça y "
        "plus très aussi n j m t lequel laquelle",
        "it": "il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla in nel "
        "nella nei nelle con su sul sulla per tra fra e ed o ma se non né che chi cui quale quali quando dove come quanto quanta "
        "quanti quante perché è sono era erano fu furono essere stato stata ha hanno aveva avevano avere si suo sua suoi sue lui "
        "lei loro io tu noi questo questa questi queste quello quella più molto anche cosa",
        "pt": "o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sobre entre e ou mas se não "
        "que quem qual quais quando onde como quanto quanta quantos quantas porque é são era eram foi foram ser sido está estão "
        "estava tem têm tinha há se seu sua seus suas ele ela eles elas eu tu nós este esta esse essa isto isso aquele mais muito "
        "também ao à aos às",
        "nl": "de het een van in op aan bij voor uit naar met door over om te tot en of maar als dan dat die dit deze is zijn was "
        "waren wordt worden werd werden heeft hebben had hadden hij zij ze het hem haar hun wij we ik je u zich er wie wat wanneer "
        "waar waarom hoe hoeveel welke welk niet geen zo ook nog al kan kon",
        "ru": "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было вот от меня "
        "о об из ему когда где кто чего чему чем ком какой какая какое какие каком какого каких сколько почему зачем куда откуда "
        "который которая которые которое был была были быть есть это этот эта эти этого их им они мы для при до под над или ли "
        "если уже себя себе свой своего",
        "tr": "bir ve ile de da bu şu o için gibi daha çok en mi mı mu mü ne nedir kim kimdir kime kimin hangi hangisi nerede "
        "nereye nereden ne zaman nasıl neden niçin kaç kadar olan olarak oldu olduğu idi ise ki ama veya ya hem her değil var yok",
        "ar": "في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين كيف لماذا كم من هو هي هم كان كانت يكون أن إن "
        "لا لم لن قد و أو ثم بين عند كل أي هل ب ل",
    }.items()
}
