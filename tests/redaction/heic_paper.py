"""One HEIC image, as phones write them: the words "Bed list 12" in black on white, 320 x 64 pixels.

Drawn by ourselves and encoded once; no library of the lock encodes this format.
"""

from __future__ import annotations

import base64

_ENCODED = (
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0003yZDn*}000000000XXk=`10000000000aA{+7000000000000000000004"
    "sdC7Z2$lO00031001IsY;R)#0000)KmY*%0RR9100CbB0RR9100003=l}o!BWY=FW&i*H00031000$fZf0cy000000RRAKc4"
    "ILB0002HX>f9I0001;X>en20001UXm(>m0R#vD00000000009`FGC{P_3)01pEo0096OKmiN^|NjIC00093pZEX(0{{RXx&l"
    "BU0096eLID8;2mk;B0H62(00RI39>6FdL1ns<N^6?}000930ssI500Iyq00968L;=Baup&SJ000zeb8uw<0000000BS%002M"
    "$000hfX?SS>000012mk;87HM#8VE_OC000000RRC5fdYd700Z!CWMOmw00ZPG0j@J*fAg5PB1|;CHP0gttR;IM#i(3BigtDU"
    "xBauuhPUnCn3tW`-^uy*BYt)mUYz6YrKs(8rDkc)V?<L$Ih+1zatITV@=SihGQW^j<(i=rQ<bZ<<r#?g83x>>CXrk}MAzK=_"
    "ga-4BA8pfgGYa-Kn)+Es#CfIWudVYcj=o95J<wCwXwF~rZajG*P|fQ39ClaMYw@sC!J5>VFl4lR&m)&#1J?b6G0IE4BdISjb"
    "A<h-dS0<g+RJ*QJBJ>9j@=Pgx(i`Qe`{PX9%Os$;7Tk&xn*vG^Vm{bmRC98fsnE?gLYQNAc-tYb0OuHhy>Xc?ifMRrEg(3wM"
    "hPs{PcUqR-gX0tpXb<Sz<>L|G{Duoez~&9FX#bLQ@*d%eF~vqq;BH2ZJ6&<3|-J@6rc2zNQ-+oOtFsh2v^V4EC%G`^;?72t7"
    "m-zWqqY-K&1J0J;mY)b05e_I(pClM<Dl9!t`0$Owf<Uz+%=9dsT7#Dp5a#+w%9z+fj(<jvr(E}y~y(RETd2c5fPTka^a3wsS"
    ";S31Qhz`}Bo>*3**h>I^eVpkONeJaw@TlPYk~>WR<=%3V;oINhHi2r@w>zh=)(rYFa*0fT{NSh0P{_sydjA!Q_vZ?26BOFQn"
    "M*oLXUOWhc$}>Y`-`%f*O@5RU@N8>TR?FC#6eQlOP3(%Ms-5&UiKECffn2-LPVuXIq9Um1Y7DFT#Pm`=xy2=;KU9u12#Q|D%"
    "6)B936QeHXvByYO(ax*^}Zs)%Ikb60}fHN=sj@-80c@)5|fc0Yfl({?%_-QU%nY;ro)%tIhn`@K@W+?c)d)d+~&9=q~u_$Zb"
    ";4x}2B`=NfdbGh0skYw<cKiH8E=NW#JG_g3q*+6-^PBVPBp1GBy>hQ91@MSoh#p1^Q9{Er(PT=0a9s&gi}WXtNg)Y-~>C(wL"
    "wdi#_sJOrcZ$H)$qj4aw;`D9x{13`iZ7tA(Hz-_6FwlE}fNRuB7HZlJhO9PAep)2q6u`y^P#LRoEZQ4Wl14F38eey})-{{X3"
    "H)3mp_!_UU_^991?W_dgiI2x94m5wzD@qwKmKLl+l){9h9y|W1!hc;}?*xhYt&pir=nEnV(6jx~a*=p$6xV!7h8Ai7+ace_*"
    "rY__c=x2gV9doow-PeU9pqJ+gBoONGYU=Chu+zzJQSVWy5GRRr?Vx081_12bq0NSv-9D>8oFN>EVX}6$7>2k2UWQlb=b@prs"
    "2`S@p+2*31uroG)J^ab0ESZ>ai2&mLE42YpSM8%km<RpSi$zNUAq-n^}t"
)


def heic() -> bytes:
    """The file."""
    return base64.b85decode(_ENCODED)
