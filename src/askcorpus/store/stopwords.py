"""Which words say nothing about what a question is about?  Articles, pronouns, auxiliaries, question words."""

STOP_WORDS = {
    "en": "a an and are as at be been being but by can could did do does for from had has have he her hers him his "
    "how i if in into is it its itself may might must of on or our ours shall she should so than that the "
    "their theirs them then there these they this those to was we were what when where which while who whom "
    "whose why will with would you your",
    "de": "aber als am an auch auf aus bei beim bin bis bist da damit das dass dem den denn der des dessen deren "
    "die dies diese diesem diesen dieser dieses doch du durch ein eine einem einen einer eines er es für "
    "gegen hat hatte hatten habe haben ich ihr ihre ihrem ihren ihrer ihres im in ins ist ja kann können man "
    "mit nach noch nur ob oder sein seine seinem seinen seiner seines seit sich sie sind so soll über um und "
    "uns unter vom von vor wann war waren warum was weil welche welchem welchen welcher welches wem wen wenn "
    "wer werden wessen weshalb wie wieso wir wird wo wodurch woher wohin womit wurde wurden zu zum zur",
    "fr": "a à ai au aux avec avait avaient c ce ceci cela ces cet cette ceux chez comme comment combien d dans de "
    "des dont du elle elles en est et eu être étaient était été eux fut furent il ils j je l la laquelle le "
    "lequel les lesquelles lesquels leur leurs lui m ma mais me mes mon n ne nos notre nous on ont ou où par "
    "pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se ses son sont sur t ta te tes "
    "ton tu un une vos votre vous y",
    "es": "a al ante como cómo con cual cuál cuáles cuando cuándo cuanta cuánta cuántas cuanto cuánto cuántos de "
    "del desde donde dónde el ella ellas ellos en entre era eran es esa esas ese eso esos esta está estaba "
    "están estas este esto estos fue fueron ha había han hasta hay la las le les lo los más me mi muy o para "
    "pero por porque qué que quien quién quiénes se según ser si sin sobre son su sus también te tiene tu un "
    "una unas uno unos y ya",
    "it": "a ad agli ai al alla alle allo anche avere aveva c che chi ci come con cosa cui d da dagli dai dal dalla "
    "dalle dallo degli dei del della delle dello di dove e è ed era erano fu furono gli ha hanno i il in io l "
    "la le lei li lo loro lui ma mi ne negli nei nel nella nelle nello non o per perché più quale quali "
    "quando quanta quante quanti quanto questa queste questi questo qui se si sia sono su sua sue sugli sui "
    "sul sulla sulle sullo suo suoi tra un una uno",
    "pt": "a à ao aos as às com como da das de dela dele deles do dos e é ela elas ele eles em entre era eram essa "
    "esse esta está este eu foi foram há isso isto já lhe mais mas me na nas nem no nos o onde os ou para "
    "pela pelas pelo pelos por porque qual quais quando quanta quantas quanto quantos que quem se sem ser seu "
    "seus sua suas são também te tem um uma",
    "nl": "aan al als bij dan dat de der deze die dit door dus een en er het heeft hebben had hadden hij hoe "
    "hoeveel hun ik in is je kan kon maar me met mijn na naar niet nog nu of om omdat onder ons ook op over "
    "te tegen tot u uit van veel voor waar waarom wanneer waren was wat we welk welke werd werden wie wij "
    "wordt worden ze zich zij zijn zo zou",
    "da": "af alle at blev blive da de dem den denne der deres det dette dig din du efter eller en er et for fra "
    "før ham han hans har havde hende hendes her hun hvad hvem hvilke hvilken hvilket hvis hvor hvordan "
    "hvorfor hvornår i ikke ind jeg jo kan man med meget men mig min mod ned nu når og også om op os over på "
    "sig sin skal som til ud under var ved vi vil være",
    "no": "alle at av ble bli da de dem den denne der deres det dette du eller en er et etter for fra før ham han "
    "hans har hadde henne hennes her hun hva hvem hvilke hvilken hvilket hvis hvor hvordan hvorfor i ikke inn "
    "jeg kan man med men mot når og også om opp oss over på seg sin skal som til under ut var ved vi vil være",
    "sv": "alla att av blev bli de dem den denna deras dess det detta där då efter ej eller en er ett från för ha "
    "hade han hans har henne hennes hon honom hur här i icke in inte jag kan man med men mot nu när och också "
    "om oss på sig sin ska som till under upp ut var varför vad vem vid vilka vilken vilket vi vill var vars "
    "åt är över",
    "fi": "ei eivät että he hän häntä ja jo joka jos jossa jotka joten kanssa ketkä koska kuin kuinka kuka kun me "
    "mikä millä milloin mille missä mistä mihin miksi miten mitkä mitä mutta myös ne niin noin nyt oli olivat "
    "olla olen on ovat se sekä sen sitä tai tämä tätä vain voi",
    "hu": "a az azt be csak de egy és ez ezt fel ha hány hogy hogyan hol honnan hová ki kik kit le meg mely melyek "
    "melyik mert mi miért mikor milyen mint mit nem nincs ő ők s sem szerint van vannak volt voltak",
    "ro": "a al ale am ar are as au ca care când cât câte câți ce cel cele cei cine cu cum de din după el ei este "
    "eu fi fost în îi își la le lor lui mai nu o pe pentru prin sau se și sunt să un una unde unei unor unui "
    "va",
    "ru": "а бы был была были было быть в вам вас ваш во вот все всех вы где да для до его ее если есть еще же за и "
    "из или им их к как какая какие какой каких какую ко когда кого кому кто куда ли мне мы на над нас не "
    "него нее нет ни них но ну о об он она они оно от откуда по под почему при про с сколько со так также там "
    "то того тоже той только том ты у уже чего чей чем что чтобы чья эта эти это этого этой этом этот я",
    "tr": "acaba ama ancak bana bazı ben bir biz bu bunu bunun da daha de değil diye en gibi hangi hem hep her hiç "
    "için ile ise kaç kadar ki kim kimin mi mı mu mü nasıl ne neden nerede nereye o olan olarak oldu on onu "
    "onun sen siz şu ve veya ya",
    "el": "αν από αυτή αυτό αυτός αυτά για δε δεν εγώ είναι εκεί ένα ένας επί η ή ήταν θα και κατά με μετά μην να ο "
    "οι όμως όπως όταν ότι οποία οποίο οποίος που πού πως πώς πόσα πόσες πόσο πόσοι ποια ποιο ποιοι ποιος "
    "πότε σαν σε στα στη στην στις στο στον στους τα τη την της τι τις το τον του τους των ως",
    "ar": "أن أو أي أين إلى إن التي الذي الذين ال بعد بين ثم حتى حيث ذلك عن على عند عندما في قد كان كانت كم كما كيف "
    "لا لم لماذا لن له لها ما ماذا متى مع من منذ هذا هذه هل هم هو هي و يكون",
}  # fmt: skip
